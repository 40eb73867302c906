// The memory promise at the endpoint: what it covers, and what is answered where it does not carry AVIF.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createOptimizer } from '../dist/optimizer/index.js'
import { createProject } from './http/app.js'
import { makePng } from './pictures.js'

const picture = makePng(1300, 900)
const project = createProject({ 'public/large.png': picture })
const images = { formats: ['image/avif', 'image/webp'] }
const optimizer = createOptimizer({ root: project.root, images, options: { memory: '32mb', threads: 1 } }, {})
after(async () => {
  await optimizer.close()
  project.remove()
})

const get = async (accept, width) => {
  const url = `/_next/image?url=%2Flarge.png&w=${width}&q=75`
  const { status, headers, body } = await optimizer.getImage({ method: 'GET', url, headers: { accept } })
  return { status, type: headers['Content-Type'], state: headers['X-Nextjs-Cache'], body }
}

test('jobs, variants in memory and answers on their way share what was promised, however little it is', async (t) => {
  for (const [memory, promised] of [
    ['1mb', 2 ** 20],
    ['32mb', 2 ** 25],
    ['4gb', 2 ** 32],
  ]) {
    const other = createOptimizer({ root: project.root, options: { memory } }, {})
    t.after(() => other.close())
    const { engine, cache } = other.stats()
    const answers = promised - engine.budgetBytes - cache.maxMemoryBytes
    assert.ok(answers >= 0 && answers <= promised / 16, `${answers} bytes for answers on their way`)
    assert.ok(cache.maxMemoryBytes <= promised / 16)
    assert.ok(engine.budgetBytes >= 2 ** 20)
  }
})

test('AVIF where it fits', async () => {
  assert.equal((await get('image/avif,image/webp', 256)).type, 'image/avif')
})

test('WebP, for a client that takes both, where AVIF does not fit', async () => {
  const { status, type } = await get('image/avif,image/webp', 1200)
  assert.deepEqual([status, type], [200, 'image/webp'])
})

test('the original, for a client that takes AVIF alone, and never the WebP of another', async () => {
  const { status, type, state, body } = await get('image/avif', 1200)
  assert.deepEqual([status, type, state], [200, 'image/png', 'MISS'])
  assert.deepEqual(body, picture)
})
