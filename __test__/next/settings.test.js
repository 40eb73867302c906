import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { findInstallation, readRequiredFiles, shareInstallation, toConfigInput } from '../../dist/next/settings.js'

const settings = {
  images: {},
  basePath: '',
  assetPrefix: '',
  trailingSlash: false,
  distDir: 'out/next',
  paths: ['/_next/image'],
  options: {},
}
const config = { env: { PIXMILL_SERVER: JSON.stringify(settings) } }

test('without any settings the error names the way out', () => {
  assert.throws(() => findInstallation(tmpdir()), { code: 'ERR_UNSUPPORTED', message: /withPixmill and build again/ })
})

test('a standalone server finds them in the config that Next put into its environment', (t) => {
  process.env.__NEXT_PRIVATE_STANDALONE_CONFIG = JSON.stringify(config)
  t.after(() => delete process.env.__NEXT_PRIVATE_STANDALONE_CONFIG)
  assert.deepEqual(findInstallation('/srv/app'), { settings, root: '/srv/app', isDevelopment: false })
})

test('and in the file that next build wrote', () => {
  const distDir = mkdtempSync(join(tmpdir(), 'pixmill-settings-'))
  assert.equal(readRequiredFiles(distDir), undefined)
  writeFileSync(join(distDir, 'required-server-files.json'), JSON.stringify({ config }))
  assert.deepEqual(readRequiredFiles(distDir), settings)
})

test('the handlers get absolute folders', () => {
  const input = toConfigInput({ settings, root: '/srv/app', isDevelopment: true })
  assert.equal(input.distDir, '/srv/app/out/next')
  assert.equal(input.endpoint, '/_next/image')
  assert.equal(input.dev, true)
})

test('what withPixmill shares in its process wins', () => {
  const installation = { settings, root: '/mine', isDevelopment: true }
  shareInstallation(installation)
  assert.equal(findInstallation('/elsewhere'), installation)
})
