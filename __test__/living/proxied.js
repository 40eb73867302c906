// What must hold behind a caching proxy that honors Vary: one body of tests, run over `pixmill serve` and over `next start`.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sniff } from '../../dist/native.js'
import { createAsk, createProject } from '../http/app.js'
import { makePng } from '../pictures.js'
import { CLIENTS, KINDS, ordersOf } from './clients.js'
import { lacksNginx, startNginx } from './nginx.js'

const ORDERS = ordersOf(KINDS)
const IMAGES = { formats: ['image/avif', 'image/webp'] }
/** Seconds; as short as leaves time to see a stale answer before it is too stale. */
const SHORT_TTL = 2

/** A picture for each order, so that each order begins with nothing kept. */
const PICTURES = Object.fromEntries([...ORDERS.keys(), 'photo'].map((name) => [`public/${name}.png`, makePng(64, 48)]))

// nginx compares values of Accept letter by letter: a space more is one entry more.
const CONFIGS = {
  vary: { entries: new Set(CLIENTS.map(({ accept }) => accept)).size },
  normalized: { entries: 3 },
}

const kept = ({ headers }) => headers['x-cache-status']

/** One client's request; whoever it is, what it gets is what it takes, and what the header says. */
async function askAs(image, url, { name, accept, type }) {
  const answer = await image(url, { w: 64, accept })
  assert.deepEqual([answer.status, answer.headers['content-type']], [200, type], `${name} asks for ${url}`)
  assert.equal(sniff(answer.body).mime, type, `the bytes that ${name} gets for ${url}`)
  assert.match(answer.headers.vary, /accept/i)
  return answer
}

/** `start(root, images, t)` gives the server behind the proxy: `{ origin, stop }`. */
export function proxiedRules(start) {
  for (const [config, { entries }] of Object.entries(CONFIGS)) {
    describe(`${config}.conf`, { skip: lacksNginx }, () => {
      const startBoth = async (t, images = IMAGES) => {
        const project = createProject(PICTURES)
        const server = await start(project.root, images, t)
        const nginx = await startNginx(config, server.origin)
        // In this order: a folder is removed when nobody writes to it any more.
        t.after(async () => {
          await nginx.stop()
          await server.stop()
          project.remove()
        })
        return { server, nginx, image: createAsk(nginx.origin, '/_next/image') }
      }

      test('in whatever order they come, all clients get what they take, and from the second time on from the proxy', async (t) => {
        const { image } = await startBoth(t)
        for (const [index, order] of ORDERS.entries()) {
          for (const client of order) await askAs(image, `/${index}.png`, client)
          for (const client of [...order, ...order.toReversed()])
            assert.equal(kept(await askAs(image, `/${index}.png`, client)), 'HIT', client.name)
        }
      })

      test('clients at once get what they take, and there are as many entries as the configuration says', async (t) => {
        const { image, nginx } = await startBoth(t)
        const crowd = Array.from({ length: 10 }, () => CLIENTS).flat()
        await Promise.all(crowd.map((client) => askAs(image, '/photo.png', client)))
        assert.equal(nginx.entries(), entries)
        for (const client of CLIENTS) assert.equal(kept(await askAs(image, '/photo.png', client)), 'HIT', client.name)
      })

      test('a picture that has not changed is a 304, HEAD has no body', async (t) => {
        const { image } = await startBoth(t)
        for (const client of KINDS) {
          const { headers, body } = await askAs(image, '/photo.png', client)
          const conditional = { w: 64, accept: client.accept, headers: { 'if-none-match': headers.etag } }
          const same = await image('/photo.png', conditional)
          assert.deepEqual([same.status, same.body.length, same.headers.etag], [304, 0, headers.etag])
          assert.match(headers.etag, /^"[\w-]+"$/)
          const head = await image('/photo.png', { w: 64, accept: client.accept, method: 'HEAD' })
          assert.deepEqual([head.status, head.body.length, kept(head)], [200, 0, 'HIT'])
          assert.deepEqual(
            [head.headers['content-type'], head.headers['content-length']],
            [client.type, `${body.length}`],
          )
        }
      })

      test('refusals are not kept', async (t) => {
        const { image } = await startBoth(t)
        for (const [url, status] of [
          ['/none.png', 404],
          ['/photo.png?v=1', 400],
        ]) {
          for (let round = 0; round < 2; round++) {
            const answer = await image(url, { w: 64 })
            assert.deepEqual([answer.status, kept(answer)], [status, 'MISS'], url)
          }
        }
      })

      test('a stale picture goes out while it is made anew, and when nobody is there to make it', async (t) => {
        const { image, server } = await startBoth(t, { ...IMAGES, minimumCacheTTL: SHORT_TTL })
        for (const client of KINDS) await askAs(image, '/photo.png', client)
        const [client, ...others] = KINDS
        const statuses = await statusesUntil(image, client, (status) => status === 'STALE')
        assert.ok(statuses.includes('STALE'), `never stale, but ${[...new Set(statuses)]}`)
        // The proxy has asked behind the stale answer: no client had to wait for it.
        const after = await statusesUntil(image, client, (status) => status === 'HIT')
        assert.ok(
          after.every((status) => ['HIT', 'STALE', 'UPDATING'].includes(status)),
          `${after}`,
        )
        await server.stop()
        await statusesUntil(image, client, (status) => status === 'STALE')
        // The others' entries are now older than stale-while-revalidate allows: what lets them out is stale-if-error.
        for (const one of [client, ...others])
          assert.match(kept(await askAs(image, '/photo.png', one)), /STALE|UPDATING/)
      })
    })
  }
}

/** What the proxy says of each request of `client` until it says what is wanted. It may say EXPIRED where this process slept for too long. */
async function statusesUntil(image, client, isWanted) {
  const statuses = []
  for (let round = 0; round < 1_000; round++) {
    statuses.push(kept(await askAs(image, '/photo.png', client)))
    if (isWanted(statuses.at(-1))) return statuses
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return statuses
}
