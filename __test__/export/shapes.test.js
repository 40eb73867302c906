// Small exports in the other versions, bundlers, folders and formats: each is complete in a browser, and nothing is left over.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findPort } from '../next/matrix/process.js'
import { assertComplete, buildExport, chooseFew, readManifest } from './export-app.js'

const SHAPES = {
  'Next 15.1, webpack, distDir and trailingSlash': {
    version: '15.1.7',
    config: { distDir: 'build/site', trailingSlash: true },
  },
  'Next 15.5, Turbopack, basePath and trailingSlash': {
    version: '15.5.29',
    flags: ['--turbopack'],
    config: { basePath: '/docs', trailingSlash: true },
  },
  'Next 16.4, webpack, assetPrefix': { version: '16.4.6', flags: ['--webpack'], hasAssetPrefix: true },
  'Next 16.4, Turbopack, basePath, distDir and several workers': {
    version: '16.4.6',
    config: {
      basePath: '/docs',
      distDir: 'site',
      experimental: { cpus: 3, staticGenerationMinPagesPerWorker: 1 },
    },
  },
  'exportFormat avif': { version: '16.4.6', options: { exportFormat: 'avif' } },
  'exportFormat jpeg': { version: '16.4.6', options: { exportFormat: 'jpeg' } },
}

for (const [name, { version, flags, options, config = {}, hasAssetPrefix }] of Object.entries(SHAPES)) {
  test(name, async () => {
    const port = await findPort()
    const { basePath, distDir: folder } = config
    const assetPrefix = hasAssetPrefix ? { assetPrefix: `http://localhost:${port}` } : {}
    const photographs = await chooseFew()
    const built = await buildExport(version, photographs, { flags, options, config: { ...config, ...assetPrefix } })
    await assertComplete(built, { port, basePath, folder })
    const { sources } = readManifest(built.app, folder)
    assert.deepEqual(
      sources.map(({ status }) => status),
      photographs.map(() => 'optimized'),
    )
  })
}

test('include names the pictures of scripts, and those get all widths that are configured, the others none', async () => {
  const photographs = await chooseFew()
  const built = await buildExport('16.4.6', photographs, { options: { include: [] } })
  const { sources } = readManifest(built.app)
  const names = sources.map(({ source }) => source)
  const hidden = photographs.filter(({ name }) => built.site.clientOnly.has(name))
  assert.equal(sources.length, photographs.length - hidden.length)
  const source = `/pictures/${hidden.at(-1).name}`
  assert.ok(!names.includes(source))
  const named = await buildExport('16.4.6', photographs, { options: { include: [source] } })
  const { variants } = readManifest(named.app).sources.find((one) => one.source === source)
  assert.equal(variants.length, 2 * 15)
})
