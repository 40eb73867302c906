/** `/health` and `/metrics` over real sockets: on a server of somebody else, and on a port of their own. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, Server } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { startMetricsServer } from '../dist/http/metrics-server.js'
import { createOperations } from '../dist/http/operations.js'
import { get, listen } from './http/app.js'
import { parseScrape } from './scrape.js'

const text = async (accept = '') => ({ contentType: 'text/plain', body: `metrics ${accept}\n` })

async function start(t, options = {}) {
  const operations = createOperations({ metrics: { text }, ...options })
  const { origin, close } = await listen((request, response) => {
    void operations(request, response, () => response.end('app'))
  })
  t.after(close)
  return (path, rest) => get(origin + path, rest)
}

test('health says what runs and for how long', async (t) => {
  const ask = await start(t)
  const { status, headers, body } = await ask('/health?x=1')
  assert.deepEqual([status, headers['content-type'], headers['cache-control']], [200, 'application/json', 'no-store'])
  const { status: word, version, uptimeSeconds, ...rest } = JSON.parse(body)
  assert.deepEqual([word, rest], ['ok', {}])
  assert.match(version, /^\d+\.\d+\.\d+/)
  assert.ok(Number.isInteger(uptimeSeconds) && uptimeSeconds >= 0)
})

test('a closing server says so, and ends the connection', async (t) => {
  const ask = await start(t, { isClosing: () => true })
  const { status, headers, body } = await ask('/health', { headers: { connection: 'keep-alive' } })
  assert.deepEqual([status, headers.connection, JSON.parse(body)], [503, 'close', { status: 'closing' }])
})

test('metrics see what the scraper accepts; HEAD has no body; other methods are refused', async (t) => {
  const ask = await start(t)
  const { status, headers, body } = await ask('/metrics', { headers: { accept: 'x/y' } })
  assert.deepEqual([status, body.toString(), headers['cache-control']], [200, 'metrics x/y\n', 'no-store'])
  for (const path of ['/health', '/metrics']) {
    const head = await ask(path, { method: 'HEAD' })
    assert.deepEqual([head.status, head.body.length], [200, 0])
    assert.ok(Number(head.headers['content-length']) > 0)
    const post = await ask(path, { method: 'POST' })
    assert.deepEqual([post.status, post.headers.allow, post.headers['cache-control']], [405, 'GET, HEAD', 'no-store'])
  }
})

test('every other path is left to the app', async (t) => {
  const ask = await start(t)
  for (const path of ['/', '/healthz', '/health/', '/metrics/x', '/docs/health']) {
    assert.equal((await ask(path)).body.toString(), 'app', path)
  }
})

test('a scrape that fails is 500, and told', async (t) => {
  const told = []
  const failing = { text: () => Promise.reject(new Error('no text')) }
  const ask = await start(t, { metrics: failing, onError: (error) => told.push(error.message) })
  assert.equal((await ask('/metrics')).status, 500)
  assert.deepEqual(told, ['no text'])
})

test('on a port of their own nothing else is answered, and patches of the app see nothing', async (t) => {
  const seen = []
  const { emit } = Server.prototype
  Server.prototype.emit = function (event, ...args) {
    seen.push(event)
    return Reflect.apply(emit, this, [event, ...args])
  }
  t.after(() => {
    Server.prototype.emit = emit
  })
  const { server, url } = await startMetricsServer({ port: 0, host: '127.0.0.1' })
  t.after(() => server.close())
  const { samples } = parseScrape((await get(url)).body.toString())
  assert.equal(samples.get('pixmill_memory_budget_bytes'), 0)
  assert.equal((await get(new URL('/health', url))).status, 200)
  assert.equal((await get(new URL('/_next/image?url=%2Fa.png&w=64&q=75', url))).status, 404)
  assert.deepEqual(seen, [])
})

test('a port that is taken rejects', async (t) => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  t.after(() => other.close())
  const { port } = other.address()
  await assert.rejects(startMetricsServer({ port, host: '127.0.0.1' }), { code: 'EADDRINUSE' })
})

test('of the workers of a cluster one has the port', async () => {
  const code = `
    const { default: cluster } = await import('node:cluster')
    const { startMetricsServer } = await import('./dist/http/metrics-server.js')
    if (cluster.isPrimary) {
      const { createServer } = await import('node:net')
      const free = createServer().listen(0, '127.0.0.1', () => {
        const { port } = free.address()
        free.close(() => {
          for (const worker of [cluster.fork({ AT: port }), cluster.fork({ AT: port })]) worker.on('message', tell)
        })
      })
      const told = []
      const tell = (text) => {
        if (told.push(text) < 2) return
        console.log(told.sort().join(' '))
        cluster.disconnect()
      }
    } else {
      const started = startMetricsServer({ port: Number(process.env.AT), host: '127.0.0.1' })
      process.send(await started.then(() => 'listens', ({ code }) => code))
    }`
  assert.equal(await runModule(code), 'EADDRINUSE listens\n')
})

test('the port keeps no process alive, and neither does a scraper that stays connected', async () => {
  const code = `
    const { startMetricsServer } = await import('./dist/http/metrics-server.js')
    const { connect } = await import('node:net')
    const { server, url } = await startMetricsServer({ port: 0, host: '127.0.0.1' })
    const socket = connect(new URL(url).port, '127.0.0.1')
    await new Promise((resolve) => server.once('connection', resolve))
    socket.unref()
    console.log('connected')`
  assert.equal(await runModule(code), 'connected\n')
})

/** In a process of its own; what it printed. */
async function runModule(code) {
  const file = join(await mkdtemp(join(tmpdir(), 'pixmill-operations-')), 'run.mjs')
  await writeFile(file, code.replaceAll("'./dist/", `'${new URL('../dist/', import.meta.url)}`))
  try {
    return (await promisify(execFile)(process.execPath, [file])).stdout
  } finally {
    await rm(dirname(file), { recursive: true })
  }
}
