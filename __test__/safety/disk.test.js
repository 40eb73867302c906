/**
 * A cache directory in every kind of trouble: `pixmill serve` answers as if there were none, says so once, and writes again when it can. Runs in a
 * mount namespace, which takes the directories along when it ends. Never looks into an entry.
 */
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { probe } from '../../dist/native.js'
import { startServe } from '../cli-process.js'
import { gradient, makePng } from '../pictures.js'
import { BOUND, countEntries, mount, TROUBLES } from './disk-troubles.js'
import { inNamespace } from './namespace.js'

/** Root of the machine or of a user namespace, but the modes of files count as for anyone. */
const ORDINARY = [
  'setpriv',
  '--inh-caps=-dac_override,-dac_read_search',
  '--bounding-set=-dac_override,-dac_read_search',
]
const MOUNTS = { flags: ['-m'], through: ORDINARY }

const HOME = '/mnt'

/** 224 requests, each for an entry of its own. */
const HEIGHTS = [60, 80, 100, 120, 140, 160, 180]
const WIDTHS = [32, 48, 64, 96, 128, 256, 384, 640]
const QUALITIES = [50, 75]
const TYPES = ['webp', 'png']
const SOURCE_WIDTH = 200
const REQUESTS = HEIGHTS.flatMap((height) =>
  WIDTHS.flatMap((width) => QUALITIES.flatMap((quality) => TYPES.map((type) => ({ height, width, quality, type })))),
)
const IN_FLIGHT = 8

inNamespace(import.meta.url, MOUNTS, () => {
  let expected

  before(async () => {
    mount('size=256m', HOME)
    mkdirSync(`${HOME}/public`)
    for (const height of HEIGHTS) {
      writeFileSync(`${HOME}/public/${height}.png`, makePng(SOURCE_WIDTH, height, gradient(90, height)))
    }
    expected = await makeExpected()
  })

  describe('a cache directory that is', { concurrency: 5 }, () => {
    TROUBLES.forEach((trouble, index) => {
      test(trouble.name, (t) => survive(t, `${HOME}/${index}`, trouble, expected))
    })
  })
})

/** What a server without trouble answers. */
async function makeExpected() {
  const ends = []
  const server = await serve({ after: (end) => ends.push(end) }, `${HOME}/cache`, BOUND)
  const answers = await askAll(server.url, REQUESTS)
  for (const [index, { body }] of answers.entries()) {
    const { height, width, type } = REQUESTS[index]
    const scale = Math.min(1, width / SOURCE_WIDTH)
    const { format, ...size } = probe(body)
    assert.deepEqual([format, size.width, size.height], [type, SOURCE_WIDTH * scale, Math.round(height * scale)])
  }
  await server.end('SIGTERM')
  for (const end of ends) end()
  return answers.map(({ body }) => body)
}

async function survive(t, dir, { images = BOUND, options, start, during, lift, warnings = [1] }, expected) {
  mkdirSync(dir)
  mount(options, dir)
  start?.(dir)
  const server = await serve(t, `${dir}/parent/cache`, images)
  const half = REQUESTS.length / 2
  const made = await askAll(server.url, REQUESTS.slice(0, half))
  during?.(dir)
  made.push(...(await askAll(server.url, REQUESTS.slice(half))))
  assertAnswers(made, expected, 'MISS')
  assertAnswers(await askAll(server.url, REQUESTS), expected, 'HIT')
  lift(dir)
  await untilWritten(server.url, dir)
  // Once more, and the same words are not worth another line.
  ;(during ?? start)?.(dir)
  assertAnswers(await askAll(server.url, REQUESTS.slice(0, 1)), expected, 'HIT')
  assert.deepEqual(await server.end('SIGTERM'), { code: 0, signal: null })
  const lines = server.output.stderr.split('\n').filter((line) => line !== '')
  assert.ok(warnings.includes(lines.length), server.output.stderr)
  for (const line of lines) assert.match(line, /Expected a writable directory for cacheDir /)
}

function serve(t, cacheDir, images) {
  const flags = ['--images', JSON.stringify({ qualities: null, ...images }), '--cache-dir', cacheDir]
  return startServe(t, ['--root', HOME, '--host', '127.0.0.1', '--memory', '128mb', ...flags])
}

async function askAll(url, requests) {
  const answers = []
  let next = 0
  const client = async () => {
    while (next < requests.length) {
      const index = next++
      answers[index] = await ask(url, requests[index])
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, client))
  return answers
}

async function ask(url, { height, width, quality, type }) {
  const response = await fetch(`${url}/_next/image?url=%2F${height}.png&w=${width}&q=${quality}`, {
    headers: { accept: type === 'webp' ? 'image/webp,*/*' : '*/*' },
  })
  const body = Buffer.from(await response.arrayBuffer())
  return { status: response.status, cache: response.headers.get('x-nextjs-cache'), body }
}

function assertAnswers(answers, expected, cache) {
  for (const [index, answer] of answers.entries()) {
    assert.deepEqual([answer.status, answer.cache], [200, cache])
    assert.ok(answer.body.equals(expected[index]), JSON.stringify(REQUESTS[index]))
  }
}

/** Asks for what is not there yet, until an entry is. */
async function untilWritten(url, dir) {
  const before = countEntries(dir)
  for (let quality = 1; quality < 50; quality++) {
    await ask(url, { ...REQUESTS[0], quality })
    if (countEntries(dir) > before) return
    await sleep(300)
  }
  assert.fail('nothing is written again')
}
