// What an app does with its own cache reaches its pictures: revalidateTag, revalidatePath, and `purge` in a route handler.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createProject, get } from '../http/app.js'
import { makePng } from '../pictures.js'
import { buildApp, LAYOUT, layOut, startNext } from './next-app.js'

const EXPIRE = `import { revalidatePath, revalidateTag } from 'next/cache'
import { invalidate, purge } from 'pixmill/server'

const actions = {
  stale: (tag) => revalidateTag(tag, 'max'),
  expired: (tag) => revalidateTag(tag, { expire: 0 }),
  path: (path) => revalidatePath(path),
  purge: (src) => purge({ src }),
  invalidate: (src) => invalidate({ src }),
}

export async function GET(request) {
  const [[name, value]] = new URL(request.url).searchParams
  return Response.json({ result: await actions[name](value) })
}
`

const files = {
  'app/layout.js': LAYOUT,
  'app/page.js': 'export default () => <p>pictures</p>\n',
  'app/expire/route.js': EXPIRE,
  'app/api/picture/route.js': `import { readFileSync } from 'node:fs'

export const dynamic = 'force-dynamic'

export function GET() {
  globalThis.painted = (globalThis.painted ?? 0) + 1
  return new Response(readFileSync('public/shop.png'), { headers: { 'cache-tag': 'painted', 'x-count': String(globalThis.painted) } })
}
`,
  'public/shop.png': makePng(400, 300),
  'next.config.mjs': `import { withPixmill } from 'pixmill/next'
export default withPixmill({}, { tags: [{ pattern: '/shop.*', tag: 'shop' }] })
`,
}

let project
let server
before(async () => {
  project = createProject()
  layOut(project.root, await buildApp(files))
  server = await startNext(project.root)
})
after(async () => {
  await server?.stop()
  project?.remove()
})

const stateOf = async (url) => {
  const { status, headers } = await get(`${server.origin}/_next/image?url=${encodeURIComponent(url)}&w=384&q=75`)
  assert.equal(status, 200, url)
  return headers['x-nextjs-cache']
}

/** With an entry that is fresh and stored. */
const warm = async (url) => {
  for (let round = 0; round < 100; round++) {
    if ((await stateOf(url)) === 'HIT') return
    await sleep(20)
  }
  assert.fail(`${url} did not become a hit`)
}

const ask = async (query) => JSON.parse((await get(`${server.origin}/expire?${query}`)).body).result

for (const [query, url, expected] of [
  ['expired=shop', '/shop.png', 'MISS'],
  ['stale=shop', '/shop.png', 'STALE'],
  ['expired=painted', '/api/picture', 'MISS'],
  ['stale=painted', '/api/picture', 'STALE'],
  ['path=/api/picture', '/api/picture', 'MISS'],
  ['expired=other', '/shop.png', 'HIT'],
  ['path=/api/other', '/api/picture', 'HIT'],
]) {
  test(`${query} makes ${url} a ${expected}`, async () => {
    await warm(url)
    await ask(query)
    // The answer of the route does not wait for the pictures.
    for (let round = 0; round < 50; round++) {
      const state = await stateOf(url)
      if (state !== 'HIT' || expected === 'HIT') return assert.equal(state, expected)
      await sleep(20)
    }
    assert.fail(`${url} stayed a hit`)
  })
}

test('purge and invalidate tell how many there were', async () => {
  await warm('/shop.png')
  assert.equal(await ask('invalidate=/shop.png'), 1)
  assert.equal(await stateOf('/shop.png'), 'STALE')
  await warm('/shop.png')
  assert.equal(await ask('purge=/shop.png'), 1)
  assert.equal(await stateOf('/shop.png'), 'MISS')
  assert.equal(await ask('purge=/none.png'), 0)
})
