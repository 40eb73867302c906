/**
 * HEIC, of which an addon that was built with libvips makes variants, in the locked room, and any other none. `PIXMILL_PACKAGE` is the folder of
 * a package with such an addon (`npm test -- vips` makes one); without it, the addon that ships is tested.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { createProject } from './http/app.js'

const PHOTO = join(import.meta.dirname, 'fixtures/photo.heic')
const home = process.env.PIXMILL_PACKAGE ?? join(import.meta.dirname, '..')
const load = (name) => import(pathToFileURL(join(home, 'dist', name)).href)
const { decodes, Engine, probe, sniff } = await load('native.js')
const { createFetchHandler } = await load('http/index.js')
const { createOptimizer } = await load('optimizer/index.js')
const skip = !decodes('heic') && 'the addon was built without libvips'

test('the addon of the package is the one that was asked for', () => {
  assert.equal(decodes('heic'), process.env.PIXMILL_PACKAGE !== undefined)
  assert.deepEqual(['png', 'avif', 'jxl', 'tga'].map(decodes), [true, true, false, false])
})

async function ask(accept) {
  const project = createProject()
  project.put('public/photo.heic', readFileSync(PHOTO))
  const optimizer = createOptimizer({ root: project.root, options: { memory: '128mb' } }, {})
  try {
    const handle = createFetchHandler(optimizer)
    const headers = accept === null ? {} : { accept }
    const answer = await handle(new Request('http://a/_next/image?url=%2Fphoto.heic&w=128&q=75', { headers }))
    return {
      status: answer.status,
      type: answer.headers.get('content-type'),
      body: Buffer.from(await answer.arrayBuffer()),
    }
  } finally {
    await optimizer.close()
    project.remove()
  }
}

test('over HTTP it becomes a variant, or is passed on as it is', async () => {
  for (const [accept, type] of [
    ['image/avif,image/webp', 'image/webp'],
    [null, 'image/jpeg'],
  ]) {
    const answer = await ask(accept)
    assert.equal(answer.status, 200)
    if (!decodes('heic')) {
      assert.equal(answer.type, 'image/heic')
      assert.deepEqual(answer.body, readFileSync(PHOTO))
      continue
    }
    const { width, height } = probe(answer.body)
    assert.deepEqual([answer.type, width, height], [type, 128, 85])
  }
})

test('the library makes variants of it, or says that it does not', async () => {
  const engine = new Engine({ threads: 1 })
  const made = engine.optimize(PHOTO, { width: 120 })
  if (skip) return assert.rejects(made, { code: 'ERR_UNSUPPORTED' })
  const { format, width, height } = await made
  assert.deepEqual([format, width, height, sniff((await made).data).format], ['jpeg', 120, 80, 'jpeg'])
})

test('a crash of its decoder is one job', { skip }, async () => {
  const engine = new Engine({ threads: 2 })
  const make = (options) => engine.optimize(PHOTO, { width: 100, format: 'webp', ...options })
  const [broken, beside] = await Promise.allSettled([make({ fault: 'abort' }), make()])
  assert.equal(broken.reason?.code, 'ERR_INPUT')
  assert.equal(beside.status, 'fulfilled')
  assert.equal((await make()).width, 100)
  assert.equal(engine.stats().lentBytes, 0)
})
