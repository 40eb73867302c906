// How `pixmill serve` ends: real processes, real signals.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { Agent, get } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { startServe } from './cli-process.js'
import { parseScrape } from './scrape.js'
import { fetchPicture, getRaw, makeProject, optimized, startApp, untilOutput, WEBP } from './serve-kit.js'

test('SIGTERM: what runs may end, what is new gets 503, and the process leaves with 0', async (t) => {
  let onAsked
  const asked = new Promise((resolve) => {
    onAsked = resolve
  })
  const app = await startApp(t, () => onAsked())
  const server = await startServe(t, ['--root', await makeProject(t), '--origin', app])
  const agent = new Agent({ keepAlive: true })
  t.after(() => agent.destroy())
  await getRaw(server.url, '/note.txt', { agent })
  const running = getRaw(server.url, optimized('/photo.png', 640), { agent: new Agent(), headers: WEBP })
  await Promise.race([asked, running])
  server.child.kill('SIGTERM')
  const late = await untilRefused(server.url, agent)
  assert.deepEqual([late.headers.connection, late.headers['retry-after']], ['close', '1'])
  const health = await getRaw(server.url, '/health')
  assert.deepEqual([health.status, JSON.parse(health.body)], [503, { status: 'closing' }])
  // The application never answers, so only the server's own patience can end this request.
  const { status, headers, body } = await running
  assert.deepEqual([status, headers.connection, body], [503, 'close', 'The server is shutting down\n'])
  assert.deepEqual(await server.exited, { code: 0, signal: null })
})

test('a second signal does not wait', async (t) => {
  const server = await startWaiting(t)
  server.child.kill('SIGTERM')
  await untilRefused(server.url)
  assert.deepEqual(await server.end('SIGINT'), { code: 1, signal: null })
})

test('with a metrics port, health says there that the server is closing', async (t) => {
  const server = await startWaiting(t, ['--metrics-port', '0'])
  const [, metrics] = await untilOutput(server.child.stdout, () => /metrics on (\S+)\n/.exec(server.output.stdout))
  const kept = new Agent({ keepAlive: true })
  t.after(() => kept.destroy())
  const health = () => getRaw(metrics, '/health', { agent: kept })
  assert.equal((await health()).status, 200)
  server.child.kill('SIGTERM')
  await untilRefused(server.url)
  assert.equal((await health()).status, 503)
  assert.deepEqual(await server.exited, { code: 0, signal: null })
})

test('clients that read nothing, send nothing or never finish do not keep the server', async (t) => {
  const root = await makeProject(t, { 'public/large.bin': Buffer.alloc(64 * 1024 ** 2) })
  const server = await startServe(t, ['--root', root, '--host', '127.0.0.1'])
  const { port } = new URL(server.url)
  const sockets = ['', 'GET /note.txt HTTP/1.1\r\nHost', 'GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n'].map((text) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    socket.on('error', () => {})
    t.after(() => socket.destroy())
    return socket
  })
  const [, , reader] = sockets
  await once(reader, 'readable')
  assert.deepEqual(await server.end('SIGTERM'), { code: 0, signal: null })
})

test('entries under way at the end are whole or absent', async (t) => {
  const root = await makeProject(t)
  const first = await startServe(t, ['--root', root])
  const widths = [640, 750, 828, 1080]
  const made = await Promise.all(widths.map((width) => fetchPicture(first.url + optimized('/photo.png', width))))
  assert.equal((await first.end('SIGTERM')).code, 0)
  const files = (await readdir(join(root, '.next/cache/pixmill'), { recursive: true })).filter((name) =>
    /tmp$/.test(name),
  )
  assert.deepEqual(files, [])
  const second = await startServe(t, ['--root', root])
  for (const [index, width] of widths.entries()) {
    const again = await fetchPicture(second.url + optimized('/photo.png', width))
    assert.ok(['HIT', 'MISS'].includes(again.cache))
    assert.ok(again.body.equals(made[index].body), `width ${width} is ${again.cache}`)
  }
  const { body } = await getRaw(second.url, '/metrics')
  assert.equal(parseScrape(body).of('pixmill_cache_damaged_total'), 0)
})

test('an idle server leaves at once on SIGINT, kept connections or not', async (t) => {
  const server = await startServe(t, ['--root', await makeProject(t)])
  const agent = new Agent({ keepAlive: true })
  t.after(() => agent.destroy())
  await getRaw(server.url, '/note.txt', { agent })
  assert.deepEqual(await server.end('SIGINT'), { code: 0, signal: null })
})

/** The signal takes a moment to arrive; until then answers are 200. */
async function untilRefused(url, agent = new Agent()) {
  for (;;) {
    const answer = await getRaw(url, '/note.txt', { agent })
    if (answer.status === 503) return answer
    assert.equal(answer.status, 200)
  }
}

/** A server with one request whose upstream never answers. */
async function startWaiting(t, args = []) {
  let onAsked
  const asked = new Promise((resolve) => {
    onAsked = resolve
  })
  const app = await startApp(t, () => onAsked())
  const server = await startServe(t, ['--root', await makeProject(t), '--origin', app, ...args])
  const running = get(server.url + optimized('/photo.png', 640), { headers: WEBP })
  running.on('error', () => {})
  await asked
  return server
}
