/**
 * Upstreams that lie, flood, stall and break: `pixmill serve` answers with an error, gives its memory back, and serves the next picture. Over real
 * sockets on 127.0.0.1.
 */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { probe } from '../../dist/native.js'
import { makeFolder, startServe } from '../cli-process.js'
import { BOMB_FAULTS, FAULTS, FLOODS, GOOD, SLOW } from './misbehaviors.js'
import { startUpstream } from './upstream.js'

const ALL = [GOOD, ...FAULTS, ...SLOW, ...FLOODS]
const MEGABYTE = 1024 ** 2
/** What may be left of a body that was refused. */
const MAX_LEFT = 64 * MEGABYTE
/** While it is read: the limit of a body, and what the collector has not come to yet. A bomb has four times as much at least. */
const MAX_PEAK = 160 * MEGABYTE
const CROWD = 50

test('whatever an upstream does, the answer is an error, and the next picture is right', async (t) => {
  const server = await start(t)
  await server.assertGood()
  const before = server.resident('VmRSS')
  for (const fault of FAULTS) {
    await server.assertStatus(fault)
    await server.assertGood()
    const [left, peak] = [server.resident('VmRSS') - before, server.resident('VmHWM') - before]
    assert.ok(left <= MAX_LEFT, `${fault[0]}: ${Math.round(left / MEGABYTE)} MB are left`)
    assert.ok(peak <= MAX_PEAK, `${fault[0]}: ${Math.round(peak / MEGABYTE)} MB at the peak`)
  }
  server.assertSound()
})

test('TLS to a plain port is an error', async (t) => {
  const server = await start(t)
  assert.equal((await server.ask('/good', 'https')).status, 500)
  await server.assertGood()
  server.assertSound()
})

test('50 slow upstreams at once do not stop a good one, and end at the time limit', async (t) => {
  const server = await start(t)
  let ended = 0
  const crowd = Array.from({ length: CROWD }, async (_, index) => {
    await server.assertStatus(SLOW[index % SLOW.length])
    ended += 1
  })
  await Promise.race([server.untilAsked(CROWD), Promise.all(crowd)])
  await server.assertGood()
  assert.equal(ended, 0)
  await Promise.all([...crowd, ...FLOODS.map(server.assertStatus)])
  await server.assertGood()
  server.assertSound()
})

test('20 bombs at once stay within the budget', async (t) => {
  const server = await start(t, ['--memory', '64mb'])
  await server.assertGood()
  const before = server.resident('VmRSS')
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => server.askFor(BOMB_FAULTS[index % BOMB_FAULTS.length])),
  )
  // Refused for what it is, or sent away while others are.
  for (const { status } of answers) assert.ok(status === 413 || status === 503, String(status))
  await server.assertGood()
  assert.ok(server.resident('VmHWM') - before <= MAX_PEAK)
  server.assertSound()
})

async function start(t, args = []) {
  const crowd = createCounter()
  const host = await startUpstream(t, (socket, path) => {
    const [, behave] = ALL[Number(path?.split('/')[1])] ?? GOOD
    behave(socket, path)
    crowd.add()
  })
  const images = JSON.stringify({ dangerouslyAllowLocalIP: true, remotePatterns: [{ hostname: '**' }] })
  const root = await makeFolder(t)
  const { url, child, output } = await startServe(t, [
    '--root',
    root,
    '--host',
    '127.0.0.1',
    '--images',
    images,
    ...args,
  ])
  // A path of its own each time: neither the cache nor a remembered failure may answer.
  let paths = 0
  const ask = (path, scheme = 'http') =>
    fetch(`${url}/_next/image?url=${encodeURIComponent(`${scheme}://${host}${path}/${paths++}`)}&w=32&q=75`)

  const askFor = ([, behave]) => ask(`/${ALL.findIndex((fault) => fault[1] === behave)}`)

  return {
    ask,
    askFor,
    untilAsked: crowd.until,
    resident: (name) => readResident(child.pid, name),
    async assertStatus(fault) {
      const [name, , expected] = fault
      const response = await askFor(fault)
      const body = await response.text()
      assert.equal(response.status, expected, name)
      if (expected !== 200)
        assert.match(
          body,
          /^("url" parameter is valid but upstream response (is invalid|timed out)|Internal Server Error)$/,
        )
    },
    async assertGood() {
      const response = await ask('/0')
      assert.equal(response.status, 200)
      const { width, height } = probe(Buffer.from(await response.arrayBuffer()))
      assert.deepEqual([width, height], [32, 24])
    },
    assertSound() {
      assert.equal(child.exitCode, null)
      assert.doesNotMatch(output.stderr, /uncaught/)
    },
  }
}

function createCounter() {
  let count = 0
  let onCount = () => {}
  return {
    add() {
      count += 1
      onCount()
    },
    until: (wanted) =>
      new Promise((resolve) => {
        onCount = () => count >= wanted && resolve()
        onCount()
      }),
  }
}

/** Bytes; 0 where the system does not tell. */
function readResident(pid, name) {
  const file = `/proc/${pid}/status`
  return existsSync(file) ? 1024 * Number(new RegExp(`${name}:\\s*(\\d+)`).exec(readFileSync(file, 'utf8'))[1]) : 0
}
