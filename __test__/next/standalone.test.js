import assert from 'node:assert/strict'
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { packageRoot } from '../../dist/next/project.js'
import { assembleStandalone } from '../../dist/next/standalone.js'

const SERVER = "const path = require('path')\nprocess.env.NODE_ENV = 'production'\nprocess.chdir(__dirname)\nstart()\n"
const BOOT = './.next/pixmill/node_modules/pixmill/dist/next/boot.js'

/** What `next build` leaves behind. */
function build({ server = SERVER, relativeAppDir = '', distDir = '.next', options = {} } = {}) {
  const root = mkdtempSync(join(tmpdir(), 'pixmill-standalone-'))
  const app = join(root, distDir, 'standalone', relativeAppDir)
  mkdirSync(app, { recursive: true })
  writeFileSync(join(root, distDir, 'required-server-files.json'), JSON.stringify({ relativeAppDir }))
  if (server !== null) writeFileSync(join(app, 'server.js'), server)
  return {
    app,
    assemble: () => assembleStandalone({ config: { distDir }, installation: { root, settings: { options } } }),
  }
}

test('puts one line into server.js, after the folder was changed', () => {
  const { app, assemble } = build()
  assemble()
  assemble()
  assert.equal(
    readFileSync(join(app, 'server.js'), 'utf8'),
    SERVER.replace('__dirname)\n', `__dirname)\nrequire("${BOOT}")\n`),
  )
})

test('copies a runtime that stands alone', () => {
  const { app, assemble } = build()
  assemble()
  const modules = join(app, '.next', 'pixmill', 'node_modules')
  for (const file of [
    'pixmill/package.json',
    'pixmill/dist/server.js',
    'pixmill/binding.js',
    'picomatch/package.json',
    'undici/package.json',
  ]) {
    assert.ok(existsSync(join(modules, file)), file)
    assert.ok(!lstatSync(join(modules, file)).isSymbolicLink())
  }
  assert.ok(existsSync(join(app, BOOT)))
})

test('finds the app of a monorepo and a distDir of any depth', () => {
  const { app, assemble } = build({ relativeAppDir: 'apps/web', distDir: 'build/out' })
  assemble()
  assert.match(
    readFileSync(join(app, 'server.js'), 'utf8'),
    /require\("\.\/build\/out\/pixmill\/node_modules\/pixmill\/dist\/next\/boot\.js"\)/,
  )
})

test('an unknown server.js fails and prints the other way', () => {
  for (const server of ['start()\n', null]) {
    const { assemble } = build({ server })
    assert.throws(assemble, {
      code: 'ERR_UNSUPPORTED',
      message: /process\.chdir\(__dirname\).*node -r \.\/\.next\/pixmill\/\S+boot\.js server\.js/,
    })
  }
})

test("for endpoint: 'api' completes what was traced, and leaves server.js alone", () => {
  const root = mkdtempSync(join(tmpdir(), 'pixmill-standalone-'))
  const distDir = join(root, '.next')
  mkdirSync(join(distDir, 'standalone'), { recursive: true })
  // The tracing root is the folder of this package, as far above the app as `relativeAppDir` says.
  const app = join(packageRoot, 'apps', 'web')
  writeFileSync(join(distDir, 'required-server-files.json'), JSON.stringify({ relativeAppDir: 'apps/web' }))
  const settings = { options: { endpoint: 'api' } }
  assembleStandalone({ config: { distDir }, installation: { root: app, settings } })
  const own = join(distDir, 'standalone')
  assert.ok(existsSync(join(own, 'binding.js')))
  assert.ok(readdirSync(own).some((name) => name.endsWith('.node')))
  assert.ok(existsSync(join(own, 'node_modules', 'undici', 'package.json')))
  assert.ok(!existsSync(join(own, 'server.js')))
})

test("for endpoint: 'api' a package outside of the tracing root cannot be completed", () => {
  const { assemble } = build({ options: { endpoint: 'api' } })
  assert.throws(assemble, { code: 'ERR_UNSUPPORTED', message: /outputFileTracingRoot/ })
})
