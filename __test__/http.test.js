// The endpoint over real sockets: one body of tests, run over both handlers.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, test } from 'node:test'
import { optimize } from '../dist/library.js'
import { probe, sniff } from '../dist/native.js'
import { createProject, get, kinds, listen, startApp } from './http/app.js'
import { makePng, makePngBomb } from './pictures.js'

const fixture = (name) => readFileSync(new URL(`./fixtures/${name}`, import.meta.url))
const JPEG = fixture('photo-large.jpg')
const WEBP = fixture('photo.webp')
const PNG = makePng(800, 500)
const HTML = Buffer.from('<!doctype html><p>no picture</p>')
const PDF = Buffer.from('%PDF-1.4\n')
const NATURAL = probe(JPEG)

const UPSTREAM = '"url" parameter is valid but upstream response is invalid'
const INTERNAL = '"url" parameter is valid but internal response is invalid'
const BOTH = 'image/avif,image/webp'

const files = {
  'public/photo.jpg': JPEG,
  'public/picture.png': PNG,
  'public/picture.webp': WEBP,
  'public/small.png': makePng(40, 30),
  'public/moving.gif': fixture('animated.gif'),
  'public/moving.webp': fixture('animated.webp'),
  'public/still.gif': fixture('still.gif'),
  'public/icon.ico': fixture('bitmap.ico'),
  'public/old.bmp': fixture('rgb.bmp'),
  'public/scan.tif': fixture('rgb.tiff'),
  'public/clear.tif': fixture('alpha.tiff'),
  'public/drawing.svg': fixture('disc.svg'),
  'public/page.png': HTML,
  'public/paper.png': PDF,
  'public/cut.jpg': JPEG.subarray(0, 300),
  'public/cut.tif': fixture('rgb.tiff').subarray(0, 100),
  'public/bomb.png': makePngBomb(60_000, 60_000),
  'public/猫.png': makePng(50, 50),
  '.next/static/media/import.1234.jpg': JPEG,
}

const type = ({ headers }) => headers['content-type']
const state = ({ headers }) => headers['x-nextjs-cache']

/** Runs `body` with an app of its own, and takes everything down afterwards. */
async function withApp(kind, input, body, options) {
  const project = createProject(files)
  const app = await startApp(kind, { root: project.root, ...input }, options)
  try {
    await body(app, project)
  } finally {
    await app.close()
    project.remove()
  }
}

/** An upstream with a log of its requests. */
async function withUpstream(routes, body) {
  const requests = []
  const { origin, close } = await listen((request, response) => {
    requests.push(request)
    const route = routes[request.url.split('?')[0]]
    if (route === undefined) response.writeHead(404).end()
    else route(response, request)
  })
  const images = {
    dangerouslyAllowLocalIP: true,
    remotePatterns: [{ hostname: '127.0.0.1' }],
    formats: ['image/avif', 'image/webp'],
  }
  try {
    await body({ origin, requests, images })
  } finally {
    await close()
  }
}

const send =
  (body, headers = {}) =>
  (response) =>
    response.writeHead(200, headers).end(body)

for (const kind of Object.keys(kinds)) {
  describe(kind, () => {
    test('the format follows Accept, then the source', () =>
      withApp(kind, { images: { formats: ['image/avif', 'image/webp'] } }, async ({ image }) => {
        const cases = [
          ['/photo.jpg', BOTH, 'image/avif'],
          ['/photo.jpg', 'image/webp,*/*', 'image/webp'],
          ['/photo.jpg', '*/*', 'image/jpeg'],
          ['/photo.jpg', undefined, 'image/jpeg'],
          ['/picture.png', undefined, 'image/png'],
          ['/picture.webp', undefined, 'image/jpeg'],
          ['/picture.webp', 'image/webp', 'image/webp'],
          ['/scan.tif', undefined, 'image/jpeg'],
          ['/clear.tif', undefined, 'image/png'],
          ['/scan.tif', BOTH, 'image/avif'],
          ['/still.gif', undefined, 'image/gif'],
        ]
        for (const [url, accept, expected] of cases) {
          const answer = await image(url, { accept })
          assert.deepEqual(
            [answer.status, type(answer)],
            [200, expected],
            `${url} ${accept} ${answer.body.subarray(0, 80)}`,
          )
          assert.equal(sniff(answer.body).mime, expected)
          assert.equal(answer.headers.vary, 'Accept')
        }
      }))

    test('the width is what was asked, and never more than there is', () =>
      withApp(kind, {}, async ({ image }) => {
        assert.equal(probe((await image('/photo.jpg', { w: 256 })).body).width, 256)
        assert.equal(probe((await image('/photo.jpg', { w: 3840 })).body).width, NATURAL.width)
        assert.equal(probe((await image('/small.png', { w: 640, accept: 'image/webp' })).body).width, 40)
      }))

    test('headers of a miss and of a hit', () =>
      withApp(kind, {}, async ({ image }) => {
        const miss = await image('/photo.jpg', { accept: 'image/webp' })
        const hit = await image('/photo.jpg', { accept: 'image/webp' })
        assert.deepEqual([state(miss), state(hit)], ['MISS', 'HIT'])
        assert.deepEqual(hit.body, miss.body)
        const { 'content-length': length, etag, ...headers } = hit.headers
        assert.equal(Number(length), hit.body.length)
        assert.match(etag, /^"[\w-]+"$/)
        assert.equal(miss.headers.etag, etag)
        for (const [name, value] of Object.entries({
          'cache-control': 'public, max-age=14400, must-revalidate',
          'content-type': 'image/webp',
          'content-disposition': 'attachment; filename="photo.webp"',
          'content-security-policy': "script-src 'none'; frame-src 'none'; sandbox;",
          'x-content-type-options': 'nosniff',
        })) {
          assert.equal(headers[name], value, name)
        }
      }))

    test('the name is UTF-8', () =>
      withApp(kind, {}, async ({ image }) => {
        const { headers } = await image('/猫.png')
        assert.equal(headers['content-disposition'], 'attachment; filename="?.png"; filename*=UTF-8\'\'%E7%8C%AB.png')
      }))

    test('static imports are immutable', () =>
      withApp(kind, {}, async ({ image }) => {
        const { status, headers } = await image('/_next/static/media/import.1234.jpg')
        assert.deepEqual([status, headers['cache-control']], [200, 'public, max-age=315360000, immutable'])
      }))

    test('304 and HEAD', () =>
      withApp(kind, {}, async ({ image }) => {
        const full = await image('/photo.jpg')
        const { etag } = full.headers
        for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
          const answer = await image('/photo.jpg', { headers: { 'if-none-match': tag } })
          assert.deepEqual([answer.status, answer.body.length, answer.headers.etag], [304, 0, etag], tag)
          assert.equal(answer.headers.vary, 'Accept')
          assert.equal(answer.headers['content-type'], undefined)
        }
        assert.equal((await image('/photo.jpg', { headers: { 'if-none-match': '"other"' } })).status, 200)
        const head = await image('/photo.jpg', { method: 'HEAD' })
        assert.deepEqual([head.status, head.body.length], [200, 0])
        assert.equal(head.headers['content-length'], full.headers['content-length'])
      }))

    test('refusals are text, and not cached', () =>
      withApp(kind, {}, async ({ image }) => {
        const cases = [
          ['', {}, 400, '"url" parameter is required'],
          ['/photo.jpg', { w: 641 }, 400, '"w" parameter (width) of 641 is not allowed'],
          ['/photo.jpg', { q: 0 }, 400, '"q" parameter (quality) must be an integer between 1 and 100'],
          ['https://example.com/a.png', {}, 400, '"url" parameter is not allowed'],
          ['/none.png', {}, 404, INTERNAL],
          ['/page.png', {}, 400, "The requested resource isn't a valid image."],
          ['/paper.png', {}, 400, "The requested resource isn't a valid image."],
          ['/drawing.svg', {}, 400, '"url" parameter is valid but image type is not allowed'],
        ]
        for (const [url, options, status, message] of cases) {
          const answer = await image(url, options)
          assert.deepEqual([answer.status, answer.body.toString()], [status, message], url)
          assert.deepEqual([type(answer), answer.headers['cache-control']], ['text/plain; charset=utf-8', 'no-store'])
        }
      }))

    test('what is not the endpoint is left to the app', () =>
      withApp(kind, {}, async ({ origin }) => {
        for (const path of ['/', '/_next/images?url=%2Fphoto.jpg&w=640&q=75', '/_next/image/x', '/photo.jpg']) {
          assert.equal((await get(origin + path)).headers['x-app'], 'yes', path)
        }
        assert.equal((await get(`${origin}/_next/image/?url=%2Fphoto.jpg&w=640&q=75`)).status, 200)
      }))

    test('url works with and without the base path', () =>
      withApp(kind, { basePath: '/docs' }, async ({ image, origin }) => {
        for (const url of ['/docs/photo.jpg', '/photo.jpg', '/docs/_next/static/media/import.1234.jpg']) {
          assert.equal((await image(url)).status, 200, url)
        }
        assert.equal((await get(`${origin}/_next/image?url=%2Fphoto.jpg&w=640&q=75`)).headers['x-app'], 'yes')
      }))

    test('animations and what browsers draw themselves pass through', () =>
      withApp(kind, { images: { dangerouslyAllowSVG: true } }, async ({ image }) => {
        const cases = {
          '/moving.gif': 'image/gif',
          '/moving.webp': 'image/webp',
          '/icon.ico': 'image/x-icon',
          '/old.bmp': 'image/bmp',
          '/drawing.svg': 'image/svg+xml',
        }
        for (const [url, expected] of Object.entries(cases)) {
          const answer = await image(url, { accept: 'image/webp' })
          assert.deepEqual([answer.status, type(answer)], [200, expected])
          assert.deepEqual(answer.body, files[`public${url}`])
          assert.match(answer.headers['content-security-policy'], /sandbox/)
        }
      }))

    test('never more bytes than the source in the same format', () =>
      withApp(kind, { images: { qualities: [100] } }, async ({ image }, { put }) => {
        const { data } = await optimize(JPEG, { quality: 5, format: 'jpeg' })
        put('public/coarse.jpg', data)
        const answer = await image('/coarse.jpg', { w: 3840, q: 100 })
        assert.deepEqual(answer.body, data)
      }))

    test('a damaged picture is sent as it is, for a moment only', () =>
      withApp(kind, {}, async ({ image }) => {
        const answer = await image('/cut.jpg', { accept: 'image/webp' })
        assert.equal(answer.status, 200)
        if (type(answer) === 'image/webp') return // the decoder made something of it
        assert.deepEqual([type(answer), answer.body], ['image/jpeg', files['public/cut.jpg']])
        assert.equal(answer.headers['cache-control'], 'public, max-age=10, must-revalidate')
      }))

    test('a bomb is never decoded: its few bytes are sent as they are', () =>
      withApp(kind, {}, async ({ image, optimizer }) => {
        const answer = await image('/bomb.png', { accept: 'image/webp' })
        assert.deepEqual([answer.status, type(answer), answer.body], [200, 'image/png', files['public/bomb.png']])
        assert.ok(optimizer.stats().engine.peakLentBytes < 100 * 2 ** 20)
      }))

    test('a damaged TIFF is refused: no browser shows one', () =>
      withApp(kind, {}, async ({ image }) => {
        const answer = await image('/cut.tif', { accept: 'image/webp' })
        assert.deepEqual([answer.status, answer.body.toString()], [400, "The requested resource isn't a valid image."])
      }))

    test('a file that changes is a miss', () =>
      withApp(kind, {}, async ({ image }, { put }) => {
        await image('/photo.jpg')
        put('public/photo.jpg', WEBP)
        const answer = await image('/photo.jpg', { accept: 'image/webp' })
        assert.deepEqual([answer.status, state(answer)], [200, 'MISS'])
        put('public/photo.jpg', makePng(300, 200))
        assert.equal(type(await image('/photo.jpg')), 'image/png')
      }))

    test('entries survive a restart, damaged ones do not', () =>
      withApp(kind, {}, async (first, { root }) => {
        const { body } = await first.image('/photo.jpg')
        await first.close()
        const second = await startApp(kind, { root })
        const again = await second.image('/photo.jpg')
        assert.deepEqual([state(again), again.body], ['HIT', body])
        await second.close()
        const entries = readdirSync(join(root, '.next/cache/pixmill'), { recursive: true, withFileTypes: true }).filter(
          (one) => one.isFile(),
        )
        assert.ok(entries.length > 0)
        for (const { parentPath, name } of entries) {
          const path = join(parentPath, name)
          const bytes = readFileSync(path)
          bytes[statSync(path).size - 10] ^= 0xff
          writeFileSync(path, bytes)
        }
        const third = await startApp(kind, { root })
        const fresh = await third.image('/photo.jpg')
        assert.deepEqual([state(fresh), fresh.body], ['MISS', body])
        await third.close()
      }))

    test('a large local file is 413', () =>
      withApp(kind, { images: { maximumResponseBody: 1000 } }, async ({ image }) => {
        const answer = await image('/photo.jpg')
        assert.deepEqual([answer.status, answer.body.toString()], [413, INTERNAL])
      }))

    test('other methods as Next', () =>
      withApp(kind, {}, async ({ image }) => {
        const answer = await image('/photo.jpg', { method: 'POST' })
        assert.deepEqual([answer.status, answer.body.toString()], [405, INTERNAL])
        await image('/photo.jpg')
        assert.equal((await image('/photo.jpg', { method: 'DELETE' })).status, 200)
      }))

    test('development: nothing is kept, and the placeholder is a blurred SVG', () =>
      withApp(kind, { dev: true }, async ({ image }) => {
        assert.equal((await image('/photo.jpg')).headers['cache-control'], 'public, max-age=0, must-revalidate')
        const blur = await image('/photo.jpg', { w: 8, q: 70 })
        assert.equal(type(blur), 'image/svg+xml')
        assert.match(blur.body.toString(), /viewBox='0 0 320 \d+'.+href='data:image\/jpeg;base64,/s)
      }))

    test('remote: one fetch for all variants asked at the time', () =>
      withUpstream({ '/a.jpg': (response) => setImmediate(send(JPEG), response) }, ({ origin, requests, images }) =>
        withApp(kind, { images }, async ({ image }) => {
          const asked = [256, 384, 640].flatMap((w) =>
            [BOTH, 'image/webp', undefined].map((accept) => image(`${origin}/a.jpg`, { w, accept })),
          )
          const answers = await Promise.all(asked)
          assert.ok(answers.every(({ status }) => status === 200))
          assert.equal(requests.length, 1)
          assert.equal(requests[0].headers.cookie, undefined)
        }),
      ))

    test('remote: statuses and lifetimes', () =>
      withUpstream(
        {
          '/long.jpg': send(JPEG, { 'cache-control': 'max-age=99999' }),
          '/short.jpg': send(JPEG, { 'cache-control': 's-maxage=5, max-age=99999' }),
          '/mine.jpg': send(JPEG, { 'cache-control': 'private, max-age=60' }),
          '/text.jpg': send(HTML, { 'content-type': 'image/jpeg' }),
        },
        ({ origin, images }) =>
          withApp(kind, { images }, async ({ image }) => {
            const cacheControl = async (path) => (await image(origin + path)).headers['cache-control']
            assert.equal(await cacheControl('/long.jpg'), 'public, max-age=99999, must-revalidate')
            assert.equal(await cacheControl('/short.jpg'), 'public, max-age=14400, must-revalidate')
            assert.equal(await cacheControl('/mine.jpg'), 'private, max-age=0, must-revalidate')
            assert.equal(state(await image(`${origin}/mine.jpg`)), 'MISS')
            const missing = await image(`${origin}/none.jpg`)
            assert.deepEqual([missing.status, missing.body.toString()], [404, UPSTREAM])
            assert.equal((await image(`${origin}/text.jpg`)).status, 400)
            assert.equal((await image(`${origin}/long.jpg`, { method: 'POST', w: 256 })).status, 200)
          }),
      ))

    test('a stale entry is served at once and made anew behind', () =>
      withUpstream({ '/a.jpg': send(JPEG, { 'cache-control': 'max-age=0' }) }, ({ origin, requests, images }) =>
        withApp(kind, { images: { ...images, minimumCacheTTL: 0 } }, async ({ image }) => {
          assert.equal(state(await image(`${origin}/a.jpg`)), 'MISS')
          await new Promise((resolve) => setTimeout(resolve, 5))
          assert.equal(state(await image(`${origin}/a.jpg`)), 'STALE')
          while (requests.length < 2) await new Promise((resolve) => setTimeout(resolve, 5))
        }),
      ))

    test('a client that leaves takes nothing from the others', async () => {
      let answer
      const arrived = new Promise((resolve) => {
        answer = { resolve }
      })
      const slow = (response) => {
        answer.release = () => send(JPEG)(response)
        answer.resolve()
      }
      await withUpstream({ '/slow.jpg': slow }, ({ origin, requests, images }) =>
        withApp(kind, { images }, async ({ image }) => {
          const controller = new AbortController()
          const leaving = Array.from({ length: 5 }, () => image(`${origin}/slow.jpg`, { signal: controller.signal }))
          const staying = Array.from({ length: 5 }, () => image(`${origin}/slow.jpg`))
          await arrived
          controller.abort()
          await Promise.all(leaving.map((one) => assert.rejects(one, { name: 'AbortError' })))
          answer.release()
          const answers = await Promise.all(staying)
          assert.ok(answers.every(({ status, body }) => status === 200 && body.equals(answers[0].body)))
          assert.equal(requests.length, 1)
          assert.equal(state(await image(`${origin}/slow.jpg`)), 'HIT')
        }),
      )
    })

    test('a local URL that is no file is asked of the app, without the client’s headers', () => {
      const asked = []
      const local = async (path, init) => {
        asked.push([path, init.headers])
        if (path.endsWith('/none')) return { status: 404, headers: {}, body: Readable.from([]) }
        return {
          status: 200,
          headers: { 'cache-control': 'max-age=20000' },
          body: Readable.from([PNG.subarray(0, 1000), PNG.subarray(1000)]),
        }
      }
      return withApp(
        kind,
        { basePath: '/docs' },
        async ({ image }) => {
          const answer = await image('/api/avatar', { headers: { cookie: 'secret=1', authorization: 'Basic x' } })
          assert.deepEqual([answer.status, type(answer)], [200, 'image/png'])
          assert.equal(answer.headers['cache-control'], 'public, max-age=20000, must-revalidate')
          assert.equal((await image('/docs/api/none')).status, 404)
          assert.deepEqual(
            asked.map(([path]) => path),
            ['/docs/api/avatar', '/docs/api/none'],
          )
          assert.ok(asked.every(([, headers]) => !('cookie' in headers) && !('authorization' in headers)))
        },
        { local },
      )
    })

    test('with an origin, local URLs are fetched from there', () =>
      withUpstream(
        { '/a.jpg': send(JPEG), '/moved.jpg': (response) => response.writeHead(302, { location: '/a.jpg' }).end() },
        ({ origin, requests }) =>
          withApp(kind, { origin }, async ({ image }) => {
            const answer = await image('/a.jpg', { headers: { cookie: 'secret=1' } })
            assert.deepEqual([answer.status, type(answer)], [200, 'image/jpeg'])
            assert.equal(requests[0].headers.cookie, undefined)
            assert.deepEqual([(await image('/photo.jpg')).status, (await image('/moved.jpg')).status], [404, 500])
          }),
      ))

    test('an original that does not fit into the budget is refused', () =>
      withUpstream(
        { '/huge.jpg': (response) => response.writeHead(200, { 'content-length': 40_000_000 }).flushHeaders() },
        ({ origin, images }) =>
          withApp(kind, { images, options: { memory: '32mb' } }, async ({ image }) => {
            assert.equal((await image(`${origin}/huge.jpg`)).status, 413)
          }),
      ))

    test('one cache may be closed while others work on', () =>
      withApp(kind, {}, async (app, { root }) => {
        const other = await startApp(kind, { root })
        await Promise.all([app.image('/photo.jpg'), other.image('/photo.jpg')])
        await other.close()
        assert.equal((await app.image('/picture.png')).status, 200)
      }))
  })
}
