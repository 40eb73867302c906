// Originals of other hosts, and those that the application makes: `application` is where its routes are answered.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BOTH, HTML, JPEG, PNG, send, state, toCacheControl, type, UPSTREAM, withUpstream } from '../given.js'

export function remoteRules(withApp) {
  test('remote: one fetch for all variants asked at the time', () =>
    withUpstream({ '/a.jpg': (response) => setImmediate(send(JPEG), response) }, ({ origin, requests, images }) =>
      withApp({ images }, async ({ image }) => {
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
        withApp({ images }, async ({ image }) => {
          const cacheControl = async (path) => (await image(origin + path)).headers['cache-control']
          assert.equal(await cacheControl('/long.jpg'), toCacheControl(99_999))
          assert.equal(await cacheControl('/short.jpg'), toCacheControl(14_400))
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
      withApp({ images: { ...images, minimumCacheTTL: 0 } }, async ({ image }) => {
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
      withApp({ images }, async ({ image }) => {
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

  test('an original that does not fit into the budget is refused', () =>
    withUpstream(
      { '/huge.jpg': (response) => response.writeHead(200, { 'content-length': 40_000_000 }).flushHeaders() },
      ({ origin, images }) =>
        withApp({ images, options: { memory: '32mb' } }, async ({ image }) => {
          assert.equal((await image(`${origin}/huge.jpg`)).status, 413)
        }),
    ))

  test('a local URL that is no file is asked of the app, without the client’s headers', () =>
    withUpstream(
      {
        '/docs/api/avatar': (response) => {
          response.writeHead(200, { 'cache-control': 'max-age=20000' }).write(PNG.subarray(0, 1000))
          response.end(PNG.subarray(1000))
        },
      },
      ({ origin, requests }) =>
        withApp(
          { basePath: '/docs' },
          async ({ image }) => {
            const answer = await image('/api/avatar', { headers: { cookie: 'secret=1', authorization: 'Basic x' } })
            assert.deepEqual([answer.status, type(answer)], [200, 'image/png'])
            assert.equal(answer.headers['cache-control'], toCacheControl(20_000))
            assert.equal((await image('/docs/api/none')).status, 404)
            assert.deepEqual(
              requests.map(({ url }) => url),
              ['/docs/api/avatar', '/docs/api/none'],
            )
            assert.ok(requests.every(({ headers }) => !('cookie' in headers) && !('authorization' in headers)))
          },
          { application: origin },
        ),
    ))
}
