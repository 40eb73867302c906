/** Many requests at once against a small budget: each is answered, with a picture or with "come again". */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { probe } from '../dist/native.js'
import { makeFolder, startServe } from './cli-process.js'
import { makePng } from './pictures.js'

const REQUESTS = 1_000
const IN_FLIGHT = 64
const WIDTHS = [32, 48, 64, 96, 128, 256, 384, 640, 750, 828, 1080, 1200, 1920, 2048, 3840]
const SIZES = [
  [640, 480],
  [800, 600],
  [1200, 900],
  [300, 1200],
  [64, 64],
  [1600, 200],
]

test('1,000 requests, 64 in flight, 128 MB: 200, or 503 with Retry-After', async (t) => {
  const pictures = SIZES.map(([width, height]) => [`public/${width}x${height}.png`, makePng(width, height)])
  const root = await makeFolder(t, Object.fromEntries(pictures))
  const { url, child } = await startServe(t, ['--root', root, '--memory', '128mb'])
  const counts = { 200: 0, 503: 0 }
  let next = 0
  const client = async () => {
    while (next < REQUESTS) counts[await request(url, next++)] += 1
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, client))
  t.diagnostic(`${counts[200]} answered, ${counts[503]} sent away`)
  assert.equal(counts[200] + counts[503], REQUESTS)
  assert.ok(counts[200] > 0)
  assert.equal(child.exitCode, null)
  assert.equal(await request(url, 0), 200)
})

/** Checks one answer and resolves to its status. Neighbors differ in picture, width and type. */
async function request(url, index) {
  const [width, height] = SIZES[index % SIZES.length]
  const asked = WIDTHS[Math.floor(index / SIZES.length) % WIDTHS.length]
  const accept = index % 2 === 0 ? 'image/webp,*/*' : '*/*'
  const response = await fetch(`${url}/_next/image?url=%2F${width}x${height}.png&w=${asked}&q=75`, {
    headers: { accept },
  })
  const body = Buffer.from(await response.arrayBuffer())
  if (response.status === 503) {
    assert.match(response.headers.get('retry-after') ?? '', /^\d+$/)
    return 503
  }
  assert.equal(response.status, 200, body.toString())
  assert.equal(probe(body).width, Math.min(asked, width))
  return 200
}
