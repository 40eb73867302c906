import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'

const loaderUrl = new URL('../../dist/next/loader.js', import.meta.url).href
let copies = 0

/** The settings are read when the module is loaded, as a bundler writes them into it; so each test loads a copy. */
async function loadWith(settings, env = {}) {
  Object.assign(process.env, { PIXMILL_LOADER: settings && JSON.stringify(settings) }, env)
  if (settings === undefined) delete process.env.PIXMILL_LOADER
  const { default: loader } = await loadModule()
  return loader
}

const loadModule = () => import(`${loaderUrl}?copy=${copies++}`)

test.afterEach(() => {
  for (const name of ['PIXMILL_LOADER', 'PIXMILL_RECORD', 'NEXT_DEPLOYMENT_ID', 'NEXT_SUPPORTS_IMMUTABLE_ASSETS'])
    delete process.env[name]
})

test('a URL in the format of Next', async () => {
  const loader = await loadWith({ path: '/docs/_next/image/' })
  assert.equal(loader({ src: '/a b.png', width: 640, quality: 80 }), '/docs/_next/image/?url=%2Fa%20b.png&w=640&q=80')
  assert.equal(
    loader({ src: 'https://a.b/c?d=e&f', width: 16 }),
    '/docs/_next/image/?url=https%3A%2F%2Fa.b%2Fc%3Fd%3De%26f&w=16&q=75',
  )
})

test('works without settings', async () => {
  const loader = await loadWith(undefined)
  assert.equal(loader({ src: '/a.png', width: 64 }), '/_next/image?url=%2Fa.png&w=64&q=75')
})

test('the nearest allowed quality, the first of two as near', async () => {
  const loader = await loadWith({ qualities: [40, 60, 90] })
  const qualityOf = (quality) =>
    new URL(loader({ src: '/a.png', width: 64, quality }), 'http://a').searchParams.get('q')
  assert.deepEqual([1, 50, 51, 74, 75, 76, 100, undefined, 0].map(qualityOf), [
    '40',
    '40',
    '60',
    '60',
    '60',
    '90',
    '90',
    '60',
    '60',
  ])
})

test('vectors, data and blobs stay as they are', async () => {
  const loader = await loadWith({})
  for (const src of ['/a.svg', '/a.svg?v=1', 'https://a.b/c.svg', 'data:image/png;base64,AA', 'blob:http://a/b']) {
    assert.equal(loader({ src, width: 64 }), src)
  }
  assert.match(loader({ src: '/svg', width: 64 }), /^\/_next\/image\?/)
})

test('vectors are asked for where dangerouslyAllowSVG is set', async () => {
  const loader = await loadWith({ optimizesSvg: true })
  assert.equal(loader({ src: '/a.svg', width: 64 }), '/_next/image?url=%2Fa.svg&w=64&q=75')
})

test('the deployment marks every local source in Next 16', async () => {
  const loader = await loadWith({ marksAllLocal: true }, { NEXT_DEPLOYMENT_ID: 'd1' })
  assert.match(loader({ src: '/a.png', width: 64 }), /&dpl=d1$/)
  assert.match(loader({ src: '/a.png?v=1&dpl=own', width: 64 }), /url=%2Fa\.png%3Fv%3D1&w=64&q=75&dpl=own$/)
  for (const src of ['https://a.b/c.png', 'https://a.b/c.png?dpl=theirs']) {
    assert.equal(new URL(loader({ src, width: 64 }), 'http://a').searchParams.get('dpl'), null)
  }
})

test('the deployment marks only static media in Next 15', async () => {
  const loader = await loadWith({ marksAllLocal: false }, { NEXT_DEPLOYMENT_ID: 'd1' })
  assert.match(loader({ src: '/_next/static/media/a.png', width: 64 }), /&dpl=d1$/)
  assert.doesNotMatch(loader({ src: '/a.png', width: 64 }), /dpl/)
})

test('an immutable asset goes without a mark where the platform keeps it', async () => {
  const src = '/_next/static/immutable/media/a.png'
  const loader = await loadWith({}, { NEXT_DEPLOYMENT_ID: 'd1', NEXT_SUPPORTS_IMMUTABLE_ASSETS: '1' })
  assert.doesNotMatch(loader({ src, width: 64 }), /dpl/)
  delete process.env.NEXT_SUPPORTS_IMMUTABLE_ASSETS
  assert.match(loader({ src, width: 64 }), /&dpl=d1$/)
})

test('in a static export the URL is a file whose name tells the variant, and needs no encoding', async () => {
  const loader = await loadWith({ path: '/docs/_next/image/', files: 'webp', qualities: [60] })
  const url = loader({ src: '/photos/Mont Blanc é.jpg?v=1', width: 640, quality: 75 })
  assert.match(url, /^\/docs\/_next\/image\/[0-9a-z]{11}\/mont-blanc-640-60\.webp$/)
  assert.equal(encodeURI(url), url)
  assert.equal(loader({ src: '/logo.svg', width: 640 }), '/logo.svg')
})

test('a static export whose server negotiates has URLs without extension', async () => {
  const loader = await loadWith({ files: 'negotiated' })
  assert.match(loader({ src: '/a.jpg', width: 64 }), /\/a-64-75$/)
})

test('a component may ask for a format of its own', async () => {
  await loadWith({ files: 'webp' })
  const { toImageUrl } = await loadModule()
  const endings = ['avif', 'jpeg', 'original', undefined].map((format) =>
    toImageUrl({ src: '/a.png', width: 64, format }),
  )
  assert.deepEqual(
    endings.map((url) => url.split('.').at(-1)),
    ['avif', 'jpg', 'png', 'webp'],
  )
})

test('the deployment is no part of a source', async () => {
  const loader = await loadWith({ files: 'webp' }, { NEXT_DEPLOYMENT_ID: 'd1' })
  assert.equal(loader({ src: '/a.jpg?dpl=d1', width: 64 }), loader({ src: '/a.jpg', width: 64 }))
})

test('ids of many similar sources are different, and always the same', async () => {
  const { toId } = await loadModule()
  const sources = Array.from({ length: 200_000 }, (_, at) => `/photos/${at % 2 ? 'a' : 'b'}/IMG_${at}.jpg`)
  assert.equal(new Set(sources.map(toId)).size, sources.length)
  assert.equal(toId('/hero.jpg'), toId(['/hero', '.jpg'].join('')))
  for (const source of ['', 'a', 'é'.repeat(5000)]) assert.match(toId(source), /^[0-9a-z]{11}$/)
})

test('what pages ask for is recorded once, exactly', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'pixmill-record-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'records.jsonl')
  const loader = await loadWith({ files: 'webp' }, { PIXMILL_RECORD: file })
  for (const width of [64, 64, 128]) loader({ src: 'https://a.b/c d.jpg?x=1&y=2', width })
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n').map(JSON.parse)
  assert.deepEqual(lines, [
    ['https://a.b/c d.jpg?x=1&y=2', 64, 75, 'webp'],
    ['https://a.b/c d.jpg?x=1&y=2', 128, 75, 'webp'],
  ])
})
