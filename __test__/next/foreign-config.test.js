/** A next.config that was written for another exporter of pictures, read as one for pixmill. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readForeignConfig } from '../../dist/next/foreign-config.js'

function makeProject(t, files = {}) {
  const project = mkdtempSync(join(tmpdir(), 'pixmill-foreign-'))
  t.after(() => rmSync(project, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(project, name), text)
  return project
}

const optimizer = (env = {}, images = {}) => ({
  output: 'export',
  images: { loader: 'custom', deviceSizes: [640], ...images },
  env: {
    nextImageExportOptimizer_imageFolderPath: 'public/images',
    nextImageExportOptimizer_exportFolderPath: 'out',
    nextImageExportOptimizer_quality: '75',
    nextImageExportOptimizer_storePicturesInWEBP: 'true',
    nextImageExportOptimizer_exportFolderName: 'nextImageExportOptimizer',
    nextImageExportOptimizer_generateAndUseBlurImages: 'false',
    nextImageExportOptimizer_remoteImageCacheTTL: '0',
    ...env,
  },
})

test("a config of nobody else's is given back as it is", (t) => {
  const config = {
    output: 'export',
    images: { loader: 'custom', loaderFile: './mine.js' },
    env: { storePicturesInWEBP: 'false' },
  }
  const read = readForeignConfig(config, makeProject(t))
  assert.equal(read.config, config)
  assert.deepEqual(read.options, {})
  assert.deepEqual(read.notes, [])
})

test('a custom loader without a file goes, whoever wrote it', (t) => {
  const config = Object.freeze({
    output: 'export',
    images: Object.freeze({ loader: 'custom', formats: ['image/webp'] }),
  })
  assert.deepEqual(readForeignConfig(config, makeProject(t)).config, {
    output: 'export',
    images: { formats: ['image/webp'] },
  })
})

test('defaults of next-image-export-optimizer need no note', (t) => {
  const config = optimizer()
  const read = readForeignConfig(config, makeProject(t))
  assert.deepEqual(read.config, { ...config, images: { deviceSizes: [640] } })
  assert.deepEqual(read.options, {})
  assert.deepEqual(read.notes, [])
})

test('each of its settings without a counterpart has one line', (t) => {
  const names = {
    imageFolderPath: 'public/photos',
    exportFolderPath: 'dist',
    exportFolderName: 'opt',
    generateAndUseBlurImages: 'true',
    remoteImageCacheTTL: '60',
    storePicturesInWEBP: 'false',
  }
  const env = Object.fromEntries(
    Object.entries(names).map(([name, value]) => [`nextImageExportOptimizer_${name}`, value]),
  )
  const { notes } = readForeignConfig(optimizer(env), makeProject(t))
  assert.equal(notes.length, Object.keys(names).length)
  for (const name of Object.keys(names))
    assert.ok(
      notes.some((note) => note.includes(` ${name} `)),
      name,
    )
})

test('its quality is the quality of all pictures', (t) => {
  const project = makeProject(t)
  const read = (env, images) => readForeignConfig(optimizer(env, images), project)
  assert.deepEqual(read({ nextImageExportOptimizer_quality: '60' }).config.images.qualities, [60])
  assert.equal('qualities' in read({}).config.images, false)
  const own = read({ nextImageExportOptimizer_quality: '60' }, { qualities: [50, 75] })
  assert.deepEqual(own.config.images.qualities, [50, 75])
  assert.match(own.notes[0], /^images\.qualities has no 60/)
  assert.match(read({ nextImageExportOptimizer_quality: 'best' }).notes[0], /best is not an integer from 1 to 100/)
})

test('its older form, inside images, is read and goes', (t) => {
  const images = { nextImageExportOptimizer: { quality: 50, imageFolderPath: 'public/a' } }
  const { config, notes } = readForeignConfig(
    { output: 'export', images: { loader: 'custom', ...images } },
    makeProject(t),
  )
  assert.deepEqual(config.images, { qualities: [50] })
  assert.equal(notes.length, 1)
})

test('hosts of its list of remote pictures are allowed, beside those of the user', (t) => {
  const list = `module.exports = ['https://a.example/1.jpg', 'https://a.example/2.jpg', 'http://b.example:8080/3.jpg']`
  const own = { protocol: 'https', hostname: 'own.example' }
  const { config, options, notes } = readForeignConfig(
    optimizer({}, { remotePatterns: [own] }),
    makeProject(t, { 'remoteOptimizedImages.js': list }),
  )
  assert.deepEqual(options, {})
  assert.deepEqual(config.images.remotePatterns, [
    own,
    { protocol: 'https', hostname: 'a.example' },
    { protocol: 'http', hostname: 'b.example', port: '8080' },
  ])
  assert.equal(notes.length, 1)
  assert.match(
    notes[0],
    /remoteOptimizedImages\.js has no counterpart: remote pictures are found in pages and scripts; /,
  )
})

test('a list under another name, and one in an ES module, are read', (t) => {
  const env = { nextImageExportOptimizer_remoteImagesFilename: 'mine.mjs' }
  const project = makeProject(t, { 'mine.mjs': `export default ['https://a.example/1.jpg']` })
  const { config } = readForeignConfig(optimizer(env), project)
  assert.deepEqual(config.images.remotePatterns, [{ protocol: 'https', hostname: 'a.example' }])
})

test('a list that comes later, or is broken, is a note', (t) => {
  for (const text of [`module.exports = Promise.reject(new Error('offline'))`, `throw new Error('no')`]) {
    const { notes, config } = readForeignConfig(optimizer(), makeProject(t, { 'remoteOptimizedImages.js': text }))
    assert.match(
      notes[0],
      /remoteOptimizedImages\.js has no counterpart: .* where images\.remotePatterns allows their hosts/,
    )
    assert.equal('remotePatterns' in config.images, false)
  }
})

const settings = (text) => ({ 'export-images.config.js': `module.exports = ${text}` })

test("next-export-optimize-images' file is read", (t) => {
  const text = `{ quality: 80, convertFormat: [['png', 'avif'], ['jpg', 'avif']], remoteImages: () => ['https://a.example/1.jpg'] }`
  const { config, options, notes } = readForeignConfig(
    { output: 'export', images: { loader: 'custom' } },
    makeProject(t, settings(text)),
  )
  assert.deepEqual(options, { exportFormat: 'avif' })
  assert.deepEqual(config.images.remotePatterns, [{ protocol: 'https', hostname: 'a.example' }])
  assert.deepEqual(config.images.qualities, [80])
  assert.equal('loader' in config.images, false)
  assert.equal(notes.length, 1)
})

test('each of its settings without a counterpart has one line', (t) => {
  const text = `{
    outDir: 'dist', imageDir: 'a', cacheDir: 'b', ignorePaths: [], basePath: '/c', externalImageDir: 'd', filenameGenerator: () => '',
    sharpOptions: {}, sourceImageParser: () => ({}), remoteImagesDownloadsDelay: 1, processingConcurrency: 2, mode: 'build',
    generateFormats: ['avif'], convertFormat: [['png', 'webp'], ['jpg', 'avif']], remoteImages: async () => [],
  }`
  const { notes, options } = readForeignConfig({ output: 'export' }, makeProject(t, settings(text)))
  assert.equal(notes.length, 15)
  assert.equal(new Set(notes).size, 15)
  assert.deepEqual(options, {})
})

test('formats of conversions are those that a file may have', (t) => {
  const read = (pairs) =>
    readForeignConfig({ output: 'export' }, makeProject(t, settings(`{ convertFormat: ${pairs} }`))).options
  assert.deepEqual(read(`[['png', 'jpg']]`), { exportFormat: 'jpeg' })
  assert.deepEqual(read(`[['png', 'webp']]`), { exportFormat: 'webp' })
  assert.deepEqual(read(`[['jpg', 'png']]`), {})
})

test('a wrapper that is still there is told', (t) => {
  const webpack = () => 'next-export-optimize-images-loader'
  const { notes } = readForeignConfig({ output: 'export', images: { loader: 'custom' }, webpack }, makeProject(t))
  assert.match(notes[0], /take withExportImages out of next\.config/)
})

test('a file that cannot be read is a note', (t) => {
  const { notes } = readForeignConfig(
    { output: 'export' },
    makeProject(t, { 'export-images.config.cjs': 'syntax error' }),
  )
  assert.match(notes[0], /^export-images\.config\.cjs could not be read/)
})
