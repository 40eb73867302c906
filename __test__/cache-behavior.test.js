// What is kept, for whom, for how long, and how it is asked for again: real sockets, one upstream with a log.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { createProject, kinds, listen, startApp } from './http/app.js'

const JPEG = readFileSync(new URL('./fixtures/photo-large.jpg', import.meta.url))
const OTHER = readFileSync(new URL('./fixtures/photo-baseline.jpg', import.meta.url))

const state = ({ headers }) => headers['x-nextjs-cache']
const facts = ({ status, headers }) => [status, headers['x-nextjs-cache']]

/** An upstream whose answer may be changed, and an app in front; `requests` are those that the upstream has seen. */
async function withUpstream(kind, body, { options = {}, input = {}, dev } = {}) {
  const upstream = { status: 200, headers: {}, body: JPEG, requests: [] }
  const server = await listen((request, response) => {
    upstream.requests.push(request)
    const { status, headers, body } = upstream.answer?.(request) ?? upstream
    response.writeHead(status, headers).end(status === 304 ? undefined : body)
  })
  const project = createProject({ 'public/photo.jpg': JPEG })
  const images = {
    dangerouslyAllowLocalIP: true,
    remotePatterns: [{ hostname: '127.0.0.1' }],
    minimumCacheTTL: 0,
    ...input.images,
  }
  const app = await startApp(kind, { root: project.root, dev, ...input, images }, options)
  try {
    await body({ ...app, upstream, origin: server.origin, server, project })
  } finally {
    await app.close()
    await server.close()
    project.remove()
  }
}

/** Until the refresh behind an answer is done. */
async function settle({ image }, url, expected) {
  for (let round = 0; round < 200; round++) {
    const answer = await image(url)
    if (expected(answer)) return answer
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  assert.fail('the refresh did not come')
}

for (const kind of Object.keys(kinds)) {
  describe(kind, () => {
    test('a refresh asks whether the source has changed; if not, nothing is made', () =>
      withUpstream(kind, async (app) => {
        const { upstream, origin, image, optimizer } = app
        upstream.headers = { etag: '"v1"', 'cache-control': 'max-age=0' }
        upstream.answer = (request) =>
          request.headers['if-none-match'] === '"v1"'
            ? { status: 304, headers: { 'cache-control': 'max-age=500' } }
            : undefined
        const first = await image(`${origin}/a.jpg`)
        assert.deepEqual(facts(await image(`${origin}/a.jpg`)), [200, 'STALE'])
        const renewed = await settle(app, `${origin}/a.jpg`, (answer) => state(answer) === 'HIT')
        assert.deepEqual([renewed.headers.etag, renewed.body.equals(first.body)], [first.headers.etag, true])
        assert.match(renewed.headers['cache-control'], /max-age=500\b/)
        assert.deepEqual(
          upstream.requests.map(({ headers }) => headers['if-none-match']),
          [undefined, '"v1"'],
        )
        assert.equal(optimizer.stats().engine.completed, 1)
      }))

    test('a refresh asks by the date where there is no tag, and takes what has changed', () =>
      withUpstream(kind, async (app) => {
        const { upstream, origin, image } = app
        const date = 'Tue, 03 Nov 2026 10:00:00 GMT'
        upstream.headers = { 'last-modified': date }
        const first = await image(`${origin}/a.jpg`)
        upstream.body = OTHER
        await image(`${origin}/a.jpg`)
        await settle(app, `${origin}/a.jpg`, ({ headers }) => headers.etag !== first.headers.etag)
        assert.equal(upstream.requests[1].headers['if-modified-since'], date)
      }))

    test('a 304 that nobody asked for is no picture', () =>
      withUpstream(kind, async ({ upstream, origin, image }) => {
        upstream.status = 304
        assert.equal((await image(`${origin}/a.jpg`)).status, 500)
      }))

    test('a local file that has not changed is never made again', () =>
      withUpstream(kind, async (app) => {
        await app.image('/photo.jpg')
        for (let round = 0; round < 3; round++) assert.equal((await app.image('/photo.jpg')).status, 200)
        assert.equal(app.optimizer.stats().engine.completed, 1)
      }))

    test('a dead upstream leaves the stale picture', () =>
      withUpstream(kind, async ({ upstream, origin, image, server }) => {
        await image(`${origin}/a.jpg`)
        upstream.status = 503
        assert.deepEqual(facts(await image(`${origin}/a.jpg`)), [200, 'STALE'])
        await server.close()
        assert.deepEqual(facts(await image(`${origin}/a.jpg`)), [200, 'STALE'])
        server.close = async () => {}
      }))

    test('a picture that is gone upstream is gone here', () =>
      withUpstream(kind, async (app) => {
        const { upstream, origin, image } = app
        await image(`${origin}/a.jpg`)
        upstream.status = 404
        assert.equal(state(await image(`${origin}/a.jpg`)), 'STALE')
        await settle(app, `${origin}/a.jpg`, ({ status }) => status === 404)
      }))

    test('a source that failed is asked once, whatever the width', () =>
      withUpstream(kind, async ({ upstream, origin, image }) => {
        upstream.status = 502
        const statuses = []
        for (const w of [640, 640, 750, 1080]) statuses.push((await image(`${origin}/a.jpg`, { w })).status)
        assert.deepEqual([statuses, upstream.requests.length], [[502, 502, 502, 502], 1])
        assert.equal((await image(`${origin}/b.jpg`)).status, 502)
        assert.equal(upstream.requests.length, 2)
      }))

    test('500 at once are one fetch and one job, and those who stay get theirs when others leave', () =>
      withUpstream(kind, async ({ upstream, origin, image, optimizer }) => {
        upstream.headers = { 'cache-control': 'max-age=500' }
        const leaving = new AbortController()
        const ask = (_, number) => image(`${origin}/a.jpg`, number % 2 ? { signal: leaving.signal } : {})
        const asked = Array.from({ length: 500 }, ask)
        setTimeout(() => leaving.abort(), 20)
        const answers = await Promise.allSettled(asked)
        const stayed = answers.filter((_, number) => number % 2 === 0)
        assert.ok(stayed.every(({ value }) => value?.status === 200))
        assert.deepEqual([upstream.requests.length, optimizer.stats().engine.completed], [1, 1])
      }))

    test('an answer tells where it came from and what took how long', () =>
      withUpstream(kind, async ({ upstream, origin, image }) => {
        upstream.headers = { 'cache-control': 'max-age=500' }
        const miss = await image(`${origin}/a.jpg`)
        assert.equal(miss.headers['cache-status'], 'pixmill; fwd=miss; stored')
        assert.match(miss.headers['server-timing'], /^pixmill;desc="MISS";dur=[\d.]+, fetch;dur=[\d.]+, queue;dur=/)
        const hit = await image(`${origin}/a.jpg`)
        assert.match(hit.headers['cache-status'], /^pixmill; hit; ttl=(499|500); detail=memory$/)
        assert.match(hit.headers['server-timing'], /^pixmill;desc="HIT memory"$/)
        const same = await image(`${origin}/a.jpg`, { headers: { 'if-none-match': hit.headers.etag } })
        assert.deepEqual([same.status, same.headers['cache-status'].slice(0, 12)], [304, 'pixmill; hit'])
        upstream.headers = { 'cache-control': 'no-store' }
        assert.equal((await image(`${origin}/b.jpg`)).headers['cache-status'], 'pixmill; fwd=miss')
      }))

    test('forwarded headers reach the application, and part the entries', () => {
      const seen = []
      const local = async (_, { headers }) => {
        seen.push(headers)
        const body = headers.cookie === 'user=2' ? OTHER : JPEG
        return { status: 200, headers: { 'cache-control': 'max-age=500' }, body: [body] }
      }
      const input = { images: { minimumCacheTTL: 60 } }
      const forwarded = { ...input, options: { memory: '128mb', threads: 2, forwardHeaders: ['Cookie'] } }
      return withUpstream(
        kind,
        async ({ image, upstream, origin }) => {
          const as = (user) => image('/api/avatar', { headers: { cookie: `user=${user}`, authorization: 'secret' } })
          const [one, two] = [await as(1), await as(2)]
          assert.notEqual(one.headers.etag, two.headers.etag)
          assert.deepEqual([state(await as(1)), state(await as(2)), seen.length], ['HIT', 'HIT', 2])
          assert.deepEqual(
            seen.map(({ cookie, authorization }) => [cookie, authorization]),
            [
              ['user=1', undefined],
              ['user=2', undefined],
            ],
          )
          assert.equal(one.headers['cache-control'], 'private, max-age=0, must-revalidate')
          assert.equal(one.headers.vary, 'Accept, cookie')
          const nobody = await image('/api/avatar')
          assert.deepEqual([state(nobody), nobody.headers['cache-control']], ['MISS', one.headers['cache-control']])
          // Files and other hosts see none of it, and stay everybody's.
          const file = await image('/photo.jpg', { headers: { cookie: 'user=1' } })
          assert.match(file.headers['cache-control'], /^public/)
          await image(`${origin}/a.jpg`, { headers: { cookie: 'user=1' } })
          assert.equal(upstream.requests[0].headers.cookie, undefined)
        },
        { options: { local }, input: forwarded },
      )
    })

    test('what goes on behind an answer is given to the platform of the request', () =>
      withUpstream(kind, async (app) => {
        const { image, origin } = app
        await image(`${origin}/a.jpg`)
        const works = []
        const name = Symbol.for('@next/request-context')
        globalThis[name] = { get: () => ({ waitUntil: (work) => works.push(work) }) }
        try {
          assert.equal(state(await image(`${origin}/a.jpg`)), 'STALE')
        } finally {
          delete globalThis[name]
        }
        assert.ok(works.length >= 1)
        await Promise.all(works)
      }))
  })
}

describe('purging', () => {
  const kind = 'node handler'
  const options = { memory: '128mb', threads: 2, tags: [{ pattern: '**/shop/**', tag: 'shop' }] }
  const input = { options, images: { minimumCacheTTL: 60 } }

  test('by source, tag and prefix: gone, and made from the source again', () =>
    withUpstream(
      kind,
      async ({ image, origin, upstream, optimizer }) => {
        upstream.answer = () => ({
          status: 200,
          headers: { 'cache-tag': 'red, blue', 'surrogate-key': 'x y' },
          body: JPEG,
        })
        const urls = [`${origin}/shop/a.jpg`, `${origin}/b.jpg`, '/photo.jpg']
        const states = async () => (await Promise.all(urls.map((url) => image(url)))).map(state)
        await states()
        const cases = [
          [{ src: urls[1] }, ['HIT', 'MISS', 'HIT']],
          [{ src: '/photo.jpg' }, ['HIT', 'HIT', 'MISS']],
          [{ tag: 'shop' }, ['MISS', 'HIT', 'HIT']],
          [{ tag: 'blue' }, ['MISS', 'MISS', 'HIT']],
          [{ tag: 'y' }, ['MISS', 'MISS', 'HIT']],
          [{ tag: 'none' }, ['HIT', 'HIT', 'HIT']],
          [{ prefix: `${origin}/` }, ['MISS', 'MISS', 'HIT']],
          [{ prefix: '/' }, ['HIT', 'HIT', 'MISS']],
        ]
        for (const [what, expected] of cases) {
          const count = await optimizer.purge(what)
          assert.equal(count, expected.filter((each) => each === 'MISS').length, JSON.stringify(what))
          assert.deepEqual(await states(), expected, JSON.stringify(what))
        }
      },
      { input },
    ))

  test('invalidated: a last stale answer, a conditional question behind it', () =>
    withUpstream(
      kind,
      async (app) => {
        const { image, origin, upstream, optimizer } = app
        upstream.answer = ({ headers }) =>
          headers['if-none-match'] === '"v1"'
            ? { status: 304, headers: {} }
            : { status: 200, headers: { etag: '"v1"' }, body: JPEG }
        await image(`${origin}/a.jpg`)
        assert.equal(await optimizer.invalidate({ src: `${origin}/a.jpg` }), 1)
        assert.equal(state(await image(`${origin}/a.jpg`)), 'STALE')
        await settle(app, `${origin}/a.jpg`, (answer) => state(answer) === 'HIT')
        assert.deepEqual([upstream.requests.length, optimizer.stats().engine.completed], [2, 1])
      },
      { input },
    ))

  test('what is asked of it wrongly is told', () =>
    withUpstream(kind, async ({ optimizer }) => {
      for (const what of [undefined, {}, { src: '' }, { src: '/a', tag: 'b' }, { url: '/a' }, { tag: 1 }]) {
        await assert.rejects(
          optimizer.purge(what),
          { code: 'ERR_OPTION', subject: 'what to expire' },
          JSON.stringify(what),
        )
      }
    }))
})
