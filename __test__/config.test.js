// Options to one complete configuration: defaults, environment, paths, and the sentence of every mistake.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findIdleOptions, parseBytes, resolveConfig, resolveEndpoint } from '../dist/config/index.js'

const resolve = (input = {}, env = {}) => resolveConfig({ root: '/app', ...input }, env)

test('sizes as people write them', () => {
  const cases = {
    '256mb': 268435456,
    '256 MB': 268435456,
    '1.5gb': 1610612736,
    '64kib': 65536,
    '1k': 1024,
    10: 10,
    '10b': 10,
  }
  for (const [text, bytes] of Object.entries(cases)) assert.equal(parseBytes(text), bytes, text)
  assert.equal(parseBytes(4096), 4096)
})

test('what is no size names itself', () => {
  for (const value of ['', 'mb', '-1', '1tb', '1,5gb', Number.NaN, -1, 1.5, Infinity, null, {}]) {
    assert.throws(() => parseBytes(value, 'memory'), { code: 'ERR_OPTION', subject: 'memory' }, String(value))
  }
  assert.throws(() => parseBytes('lots', 'memory'), {
    message: 'Expected a number of bytes, or a text such as \'256mb\' for memory but received "lots"',
  })
})

test('defaults are those of Next 16.4', () => {
  const { images, endpointPath, distDir, options } = resolve()
  assert.deepEqual(images.deviceSizes, [640, 750, 828, 1080, 1200, 1920, 2048, 3840])
  assert.deepEqual(images.imageSizes, [32, 48, 64, 96, 128, 256, 384])
  assert.deepEqual(images.qualities, [75])
  assert.deepEqual(images.formats, ['image/webp'])
  assert.equal(images.localPatterns.length, 1)
  assert.equal(images.minimumCacheTTL, 14400)
  assert.equal(images.maximumResponseBody, 50_000_000)
  assert.equal(images.maximumRedirects, 3)
  assert.equal(images.dangerouslyAllowLocalIP, false)
  assert.equal(images.dangerouslyAllowSVG, false)
  assert.equal(images.contentDispositionType, 'attachment')
  assert.equal(images.contentSecurityPolicy, "script-src 'none'; frame-src 'none'; sandbox;")
  assert.equal(endpointPath, '/_next/image')
  assert.equal(distDir, '/app/.next')
  assert.equal(options.cacheDir, '/app/.next/cache/pixmill')
  assert.equal(options.memory, null)
})

test('null is an explicit undefined', () => {
  const nulls = Object.fromEntries(
    [
      'localPatterns',
      'qualities',
      'formats',
      'deviceSizes',
      'imageSizes',
      'remotePatterns',
      'domains',
      'contentSecurityPolicy',
    ].map((key) => [key, null]),
  )
  const { images } = resolve({ images: nulls })
  assert.equal(images.localPatterns, null)
  assert.equal(images.qualities, null)
  assert.equal(images.contentSecurityPolicy, null)
  assert.deepEqual(
    [images.formats, images.deviceSizes, images.imageSizes, images.remotePatterns],
    [['image/webp'], [], [], []],
  )
})

test('the configuration is frozen', () => {
  const config = resolve()
  for (const part of [config, config.images, config.options]) assert.ok(Object.isFrozen(part))
})

test('the default endpoint gets the base path, any other is verbatim', () => {
  const cases = [
    ['/_next/image', '', '/_next/image'],
    ['/_next/image', '/docs', '/docs/_next/image'],
    ['/_next/image/', '', '/_next/image'],
    ['/docs/_next/image/', '/docs', '/docs/_next/image'],
    ['/img', '/docs', '/img'],
    ['/img/', '/docs', '/img'],
    ['https://cdn.test/_next/image', '', '/_next/image'],
  ]
  for (const [path, basePath, expected] of cases) assert.equal(resolveEndpoint(path, basePath), expected, path)
  assert.equal(resolve({ images: { path: '/a' }, endpoint: '/b' }).endpointPath, '/b')
})

test('the environment wins over the option', () => {
  const env = { PIXMILL_MEMORY: '64mb', PIXMILL_THREADS: '2', PIXMILL_CACHE_DIR: 'var/cache', PIXMILL_TWO_PHASE: '' }
  const { options } = resolve({ options: { memory: '1gb', twoPhase: true } }, env)
  assert.equal(options.memory, 67108864)
  assert.equal(options.threads, 2)
  assert.equal(options.cacheDir, '/app/var/cache')
  assert.equal(options.twoPhase, true)
  assert.throws(() => resolve({}, { PIXMILL_THREADS: 'many' }), { code: 'ERR_OPTION', subject: 'PIXMILL_THREADS' })
})

test('each mistake is one sentence with its name', () => {
  const mistakes = [
    [{ options: { memroy: 1 } }, 'an option of pixmill'],
    [{ options: { memory: 'lots' } }, 'memory'],
    [{ options: { threads: 0 } }, 'threads'],
    [{ options: { threads: 1.5 } }, 'threads'],
    [{ options: { endpoint: 'both' } }, 'endpoint'],
    [{ options: { url: '/relative' } }, 'url'],
    [{ options: { tags: [{ pattern: '/a' }] } }, 'tags[0].tag'],
    [{ options: { forwardHeaders: ['cookie', 'a b'] } }, 'forwardHeaders'],
    [{ options: { forwardHeaders: ['Host'] } }, 'forwardHeaders'],
    [{ options: { forwardHeaders: ['if-none-match'] } }, 'forwardHeaders'],
    [{ options: [] }, 'the options of pixmill'],
    [{ images: { deviceSizes: [640, -1] } }, 'images.deviceSizes[1]'],
    [{ images: { deviceSizes: 640 } }, 'images.deviceSizes'],
    [{ images: { qualities: [101] } }, 'images.qualities[0]'],
    [{ images: { formats: ['image/jpeg'] } }, 'images.formats[0]'],
    [{ images: { minimumCacheTTL: -1 } }, 'images.minimumCacheTTL'],
    [{ images: { maximumRedirects: 21 } }, 'images.maximumRedirects'],
    [{ images: { remotePatterns: [{ pathname: '/a' }] } }, 'images.remotePatterns[0].hostname'],
    [{ images: { remotePatterns: [{ hostname: 'h', protocol: 'ftp' }] } }, 'images.remotePatterns[0].protocol'],
    [{ images: { localPatterns: ['/a'] } }, 'images.localPatterns[0]'],
    [{ images: { contentSecurityPolicy: 'a\nb' } }, 'images.contentSecurityPolicy'],
    [{ images: [] }, 'images'],
    [{ basePath: 'docs' }, 'basePath'],
    [{ basePath: '/docs/' }, 'basePath'],
    [{ root: 'relative' }, 'root'],
    [{ origin: 'app:3000' }, 'origin'],
  ]
  for (const [input, subject] of mistakes) {
    assert.throws(
      () => resolve(input),
      { code: 'ERR_OPTION', subject, message: /^Expected .+ for .+ but received / },
      JSON.stringify(input),
    )
  }
})

test('options without effect are told', () => {
  assert.deepEqual(findIdleOptions(resolve().options), [])
  const options = { memory: '64mb', twoPhase: true, svg: 'sanitize', include: ['/a'], strict: true }
  assert.deepEqual(findIdleOptions(resolve({ options }).options), ['svg'])
})

test('names of forwarded headers are told once, in lower case, also by the environment', () => {
  assert.deepEqual(resolve({ options: { forwardHeaders: ['Cookie', 'cookie', 'X-User'] } }).options.forwardHeaders, [
    'cookie',
    'x-user',
  ])
  const env = { PIXMILL_FORWARD_HEADERS: 'Authorization, Cookie' }
  assert.deepEqual(resolveConfig({ root: '/app' }, env).options.forwardHeaders, ['authorization', 'cookie'])
})

test('a pattern may be a URL', () => {
  const { images } = resolve({ images: { remotePatterns: [new URL('https://h.test/photos/**')] } })
  const [pattern] = images.remotePatterns
  assert.deepEqual([pattern.protocol, pattern.port, pattern.search], ['https', '', ''])
  assert.ok(pattern.pathname.test('/photos/a/b.png'))
})

test('keys of other versions of Next are no mistake', () => {
  assert.doesNotThrow(() => resolve({ images: { loader: 'custom', sizes: [1], somethingNew: true } }))
})
