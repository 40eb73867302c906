/** `getImage`: which sources it finds, what it keeps, whom it asks. An engine that counts stands in where no pixel matters. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { resolveConfig } from '../dist/config/index.js'
import { resolveImageConfig } from '../dist/next/get-image-config.js'
import { createPlaceholders } from '../dist/next/get-image-placeholders.js'
import { parseSource } from '../dist/next/get-image-source.js'
import { createTurns } from '../dist/next/get-image-turns.js'
import { getImage, PixmillError } from '../dist/server.js'
import { makePng } from './pictures.js'

const base = mkdtempSync(join(tmpdir(), 'pixmill-get-image-'))
after(() => rmSync(base, { recursive: true, force: true }))

const PNG = makePng(60, 40)
const MINUTES = 60_000

const answers = { status: 200, etag: '"1"' }
const requests = []
const server = createServer((request, response) => {
  requests.push(request.headers['if-none-match'] ?? null)
  if (answers.status !== 200) return response.writeHead(answers.status).end()
  if (request.headers['if-none-match'] === answers.etag) return response.writeHead(304).end()
  response.writeHead(200, { etag: answers.etag }).end(PNG)
})
let origin
before(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  origin = `http://127.0.0.1:${server.address().port}`
})
after(() => server.close())

let projects = 0
function makeProject(files = { 'public/hero.png': PNG }) {
  const root = join(base, String(projects++))
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(join(root, name, '..'), { recursive: true })
    writeFileSync(join(root, name), bytes)
  }
  return root
}

const PLACEHOLDER = {
  width: 60,
  height: 40,
  blurDataURL: 'data:image/webp;base64,AA',
  thumbhash: 'YTkG',
  color: '#102030',
}

function makeEngine() {
  const seen = []
  const permit = { bytes: 0, grow: async () => {}, release: () => {} }
  return {
    seen,
    reserve: async () => permit,
    placeholder: async (source) => {
      seen.push(source)
      return PLACEHOLDER
    },
  }
}

/** `place` on one project, with a clock that the test moves. */
function makePlaces(root, images = { remotePatterns: [{ hostname: '127.0.0.1' }], dangerouslyAllowLocalIP: true }) {
  const engine = makeEngine()
  const clock = { now: 1_000_000 }
  const placeholders = createPlaceholders({
    config: resolveConfig({ root, images }),
    engine: () => engine,
    now: () => clock.now,
  })
  after(() => placeholders.close())
  return { engine, clock, place: async (source) => placeholders.place(parseSource(source)) }
}

const keptIn = (root) =>
  readdirSync(join(root, '.next/cache/pixmill/placeholders'), { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile(),
  )

test('a path in public/ is found and returned under its own name', async () => {
  const root = makeProject()
  const { engine, place } = makePlaces(root)
  assert.deepEqual(await place('/hero.png'), { src: '/hero.png', ...PLACEHOLDER })
  assert.deepEqual(engine.seen, [join(root, 'public/hero.png')])
})

test('concurrent calls and later ones for one source decode once', async () => {
  const { engine, place } = makePlaces(makeProject())
  await Promise.all([place('/hero.png'), place('/hero.png'), place('/hero.png?v=2')])
  await place('/hero.png')
  assert.equal(engine.seen.length, 1)
})

test('what is on disk serves the next process; a file that changed is looked at again', async () => {
  const root = makeProject()
  await makePlaces(root).place('/hero.png')
  assert.equal(keptIn(root).length, 1)
  const next = makePlaces(root)
  assert.deepEqual(await next.place('/hero.png'), { src: '/hero.png', ...PLACEHOLDER })
  assert.equal(next.engine.seen.length, 0)
  writeFileSync(join(root, 'public/hero.png'), makePng(61, 40))
  await next.place('/hero.png')
  assert.equal(next.engine.seen.length, 1)
})

test('a damaged entry is a miss, and is replaced', async () => {
  const root = makeProject()
  await makePlaces(root).place('/hero.png')
  const [entry] = keptIn(root)
  const path = join(entry.parentPath ?? entry.path, entry.name)
  for (const damage of ['', '{', 'null', '{"placeholder":{"width":1}}']) {
    writeFileSync(path, damage)
    const { engine, place } = makePlaces(root)
    await place('/hero.png')
    assert.equal(engine.seen.length, 1)
    assert.deepEqual(JSON.parse(readFileSync(path, 'utf8')).placeholder, PLACEHOLDER)
  }
})

test('a folder that cannot be written is no failure', async () => {
  const root = makeProject({ 'public/hero.png': PNG, '.next/cache/pixmill/placeholders': 'a file' })
  assert.deepEqual(await makePlaces(root).place('/hero.png'), { src: '/hero.png', ...PLACEHOLDER })
})

test('a static import is looked up where Next wrote it', async () => {
  const root = makeProject({ '.next/static/media/hero.1a.png': PNG })
  const { engine, place } = makePlaces(root)
  const imported = { src: '/_next/static/media/hero.1a.png', width: 60, height: 40 }
  assert.equal((await place({ default: imported })).src, imported.src)
  assert.deepEqual(engine.seen, [join(root, '.next/static/media/hero.1a.png')])
})

test('of a static import that is not written yet, the sides are its own and its blur shows the colors', async () => {
  const { engine, place } = makePlaces(makeProject())
  const tiny = makePng(8, 5)
  const imported = {
    src: '/_next/static/media/hero.1a.png',
    width: 6000,
    height: 4000,
    blurDataURL: `data:image/png;base64,${tiny.toString('base64')}`,
  }
  const { width, height, color } = await place(imported)
  assert.deepEqual([width, height, color], [6000, 4000, PLACEHOLDER.color])
  assert.deepEqual(engine.seen, [tiny])
  await assert.rejects(place({ ...imported, blurDataURL: undefined }), /static\/media\/hero\.1a\.png/)
})

test('a static import in a format that is not decoded has the placeholder of its blur', async () => {
  const root = makeProject({ '.next/static/media/hero.1a.avif': 'no picture' })
  const { engine, place } = makePlaces(root)
  const decode = engine.placeholder
  engine.placeholder = async (source) => {
    if (typeof source === 'string')
      throw new PixmillError({ code: 'ERR_UNSUPPORTED', subject: 'the source', expected: 'JPEG', received: 'AVIF' })
    return decode(source)
  }
  const imported = { src: '/_next/static/media/hero.1a.avif', width: 90, height: 30 }
  await assert.rejects(place(imported), /the source of getImage\("\/_next.*hero\.1a\.avif"\) but received AVIF/)
  const { width, color } = await place({ ...imported, blurDataURL: 'data:image/png;base64,AAAA' })
  assert.deepEqual([width, color], [90, PLACEHOLDER.color])
})

test('a remote source is fetched once, and its server asked again no sooner than ten minutes later', async () => {
  const root = makeProject()
  const { engine, clock, place } = makePlaces(root)
  requests.length = 0
  await Promise.all([place(`${origin}/a.png`), place(`${origin}/a.png`)])
  clock.now += 9 * MINUTES
  await place(`${origin}/a.png`)
  assert.deepEqual(requests, [null])
  clock.now += 2 * MINUTES
  await Promise.all([place(`${origin}/a.png`), place(`${origin}/a.png`)])
  assert.deepEqual(requests, [null, '"1"'], 'by its tag')
  assert.equal(engine.seen.length, 1)
  const worker = makePlaces(root)
  worker.clock.now = clock.now
  await worker.place(`${origin}/a.png`)
  assert.equal(requests.length, 2, 'another worker of the same build does not ask')
})

test('a remote picture that changed is looked at again; one whose server is ill stays as it was; one that is gone is an error', async () => {
  const { engine, clock, place } = makePlaces(makeProject())
  const later = () => {
    clock.now += 11 * MINUTES
    return place(`${origin}/b.png`)
  }
  try {
    await later()
    answers.etag = '"2"'
    await later()
    assert.equal(engine.seen.length, 2)
    answers.status = 503
    assert.equal((await later()).color, PLACEHOLDER.color)
    answers.status = 404
    await assert.rejects(later(), /b\.png.*status 404/)
  } finally {
    answers.status = 200
  }
})

test('a failure is not kept', async () => {
  const { place } = makePlaces(makeProject())
  answers.status = 500
  await assert.rejects(place(`${origin}/c.png`), /c\.png/).finally(() => {
    answers.status = 200
  })
  assert.equal((await place(`${origin}/c.png`)).width, 60)
})

test('only hosts that remotePatterns allow are asked', async () => {
  requests.length = 0
  const { place } = makePlaces(makeProject(), { remotePatterns: [{ hostname: 'example.org' }] })
  await assert.rejects(place(`${origin}/a.png`), /images\.remotePatterns.*getImage\("http:.*a\.png"\).*127\.0\.0\.1/)
  assert.deepEqual(requests, [])
  const guarded = makePlaces(makeProject(), { remotePatterns: [{ hostname: '127.0.0.1' }] })
  await assert.rejects(guarded.place(`${origin}/a.png`), PixmillError, 'no private address')
  assert.deepEqual(requests, [])
})

test('an error names the source and what was expected of it', async () => {
  const root = makeProject()
  const { place } = makePlaces(root)
  await assert.rejects(place('/nope.png'), (error) => {
    assert.equal(error.code, 'ERR_INPUT')
    assert.equal(
      error.message,
      `Expected a picture in ${root}/public, or a static import for getImage("/nope.png") but received no such file`,
    )
    return true
  })
  for (const source of [
    'hero.png',
    '//host/a.png',
    '',
    'data:image/png;base64,AA',
    7,
    null,
    { src: '/a.png' },
    'http://',
  ]) {
    await assert.rejects(place(source), { code: 'ERR_OPTION' })
  }
})

test('the folder of a script is its own; in Next.js the config of the build is inherited', () => {
  const root = makeProject()
  const images = { remotePatterns: [{ hostname: 'example.org' }] }
  const script = resolveImageConfig({ root, images }, {})
  assert.deepEqual([script.root, script.images.remotePatterns.length], [root, 1])
  const settings = {
    images,
    basePath: '/docs',
    assetPrefix: '',
    trailingSlash: false,
    distDir: 'build',
    paths: [],
    options: {},
  }
  const env = { PIXMILL_INSTALLATION: JSON.stringify({ settings, root, isDevelopment: false }) }
  const inherited = resolveImageConfig({ root: undefined, images: undefined }, env)
  assert.deepEqual([inherited.root, inherited.basePath, inherited.distDir], [root, '/docs', join(root, 'build')])
})

test('turns are taken in order, and no more than there are', async () => {
  const takeTurn = createTurns(2)
  const open = []
  const begun = []
  const works = [0, 1, 2, 3].map((at) =>
    takeTurn(async () => {
      begun.push(at)
      await new Promise((resolve) => open.push(resolve))
      if (at === 0) throw new Error('failed')
    }),
  )
  works[0].catch(() => {})
  await new Promise(setImmediate)
  assert.deepEqual(begun, [0, 1])
  open[0]()
  await works[0].catch(() => {})
  await new Promise(setImmediate)
  assert.deepEqual(begun, [0, 1, 2], 'a failure leaves its turn too')
  for (const at of [1, 2, 3]) {
    await new Promise(setImmediate)
    open[at]()
  }
  await Promise.all(works.slice(1))
})

test('a real picture has sides, a color and a blur of a few bytes', async () => {
  const root = makeProject({ 'public/red.png': makePng(300, 200, () => [200, 10, 10]) })
  const { color, thumbhash, blurDataURL, ...rest } = await getImage('/red.png', { root })
  assert.deepEqual(rest, { src: '/red.png', width: 300, height: 200 })
  assert.match(color, /^#[0-9a-f]{6}$/)
  assert.ok(Number.parseInt(color.slice(1, 3), 16) > 150 && Number.parseInt(color.slice(3, 5), 16) < 60, color)
  assert.match(blurDataURL, /^data:image\/\w+;base64,/)
  assert.ok(blurDataURL.length < 2000)
  assert.ok(Buffer.from(thumbhash, 'base64').length <= 25)
})

test('a script says itself which hosts may be asked', async () => {
  const images = { remotePatterns: [{ protocol: 'http', hostname: '127.0.0.1' }], dangerouslyAllowLocalIP: true }
  const root = makeProject({})
  const { src, width, height } = await getImage(`${origin}/real.png`, { root, images })
  assert.deepEqual({ src, width, height }, { src: `${origin}/real.png`, width: 60, height: 40 })
  await assert.rejects(getImage(`${origin}/real.png`, { root }), /remotePatterns/)
})
