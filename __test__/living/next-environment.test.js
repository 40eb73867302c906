// One build, several servers: what the environment says when a server starts, and `images.unoptimized`, which turns all of this off.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { createProject, get } from '../http/app.js'
import { listEntries, untilEntries } from '../http/entries.js'
import { state } from '../http/given.js'
import { buildKind, startKind } from '../http/next-start.js'
import { makePng } from '../pictures.js'
import { buildApp, LAYOUT, layOut, startNext } from './next-app.js'

let built
before(async () => {
  built = await buildKind()
})

const createPictures = () =>
  createProject({ 'public/large.png': makePng(2400, 1600), 'public/small.png': makePng(400, 300) })

/** `body` with a server over the build and a project, under `env`. */
async function withServer({ root }, env, body) {
  const { close, image } = await startKind(built, { root, options: {} }, { env })
  try {
    await body(image)
  } finally {
    await close()
  }
}

const typeOf = async (image, url) => {
  const { status, headers } = await image(url, { accept: 'image/webp' })
  return [status, headers['content-type']]
}

test('PIXMILL_MEMORY is the memory of the server that reads it', async (t) => {
  // What cannot be decoded within the budget is sent as it is.
  for (const [memory, type] of [
    ['8mb', 'image/png'],
    ['256mb', 'image/webp'],
  ]) {
    const project = createPictures()
    t.after(project.remove)
    await withServer(project, { PIXMILL_MEMORY: memory }, async (image) => {
      assert.deepEqual(await typeOf(image, '/small.png'), [200, 'image/webp'])
      assert.deepEqual(await typeOf(image, '/large.png'), [200, type], memory)
    })
  }
})

test('PIXMILL_CACHE_DIR is where the server that reads it keeps its entries', async (t) => {
  const project = createPictures()
  const elsewhere = createProject()
  t.after(project.remove)
  t.after(elsewhere.remove)
  const own = join(project.root, '.next/cache/pixmill')
  const servers = [
    [{ PIXMILL_CACHE_DIR: elsewhere.root }, elsewhere.root, 'MISS'],
    [{}, own, 'MISS'],
    [{ PIXMILL_CACHE_DIR: elsewhere.root }, elsewhere.root, 'HIT'],
  ]
  assert.deepEqual(listEntries(own), [])
  for (const [env, folder, expected] of servers) {
    await withServer(project, env, async (image) => {
      assert.equal(state(await image('/small.png')), expected)
      await untilEntries(folder)
    })
  }
})

test('with images.unoptimized an app is what it is without pixmill', async (t) => {
  const picture = makePng(400, 300)
  const app = await buildApp({
    'app/layout.js': LAYOUT,
    'app/page.js': `import Image from 'next/image'
import imported from '../pictures/imported.png'

export default function Page() {
  return <main><Image src={imported} alt="imported" /><Image src="/a.png" alt="public" width={400} height={300} /></main>
}
`,
    'pictures/imported.png': picture,
    'public/a.png': picture,
    'next.config.mjs': `import { withPixmill } from 'pixmill/next'
const config = { images: { unoptimized: true } }
export default process.env.TEST_PLAIN ? config : withPixmill(config)
`,
  })
  const seen = []
  for (const env of [{}, { TEST_PLAIN: '1' }]) {
    const project = createProject()
    layOut(project.root, app)
    const server = await startNext(project.root, { env })
    t.after(async () => {
      await server.stop()
      project.remove()
    })
    const answers = ['/', '/a.png', '/_next/image?url=%2Fa.png&w=640&q=75'].map((path) => get(server.origin + path))
    seen.push((await Promise.all(answers)).map(({ status, body }) => [status, body.toString('latin1')]))
  }
  const [[[status, page], [, file]]] = seen
  assert.deepEqual(seen[0], seen[1])
  assert.equal(status, 200)
  assert.match(page, /src="\/a\.png"/)
  assert.doesNotMatch(page, /_next\/image/)
  assert.equal(file, picture.toString('latin1'))
})
