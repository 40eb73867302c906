/** The port of `PIXMILL_METRICS_PORT` in a process of Next.js: each test is a server process of its own, with the hook in it. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { makeFolder } from '../cli-process.js'
import { get } from '../http/app.js'
import { makePng } from '../pictures.js'
import { parseScrape } from '../scrape.js'

/** An app with pages of its own at /health and /metrics. On a line of input it stops listening, and tells whether the addon is loaded. */
const APP = `
  import http from 'node:http'
  import { installHook } from './dist/next/hook.js'
  const settings = {
    images: {}, basePath: '', assetPrefix: '', trailingSlash: false, distDir: '.next', paths: ['/_next/image'],
    options: { memory: '64mb', threads: 1 },
  }
  const isNative = () => process.report.getReport().sharedObjects.some((path) => path.endsWith('.node'))
  installHook({ settings, root: process.env.ROOT, isDevelopment: false })
  const server = http.createServer((request, response) => {
    response.end(request.url === '/native' ? String(isNative()) : 'the app')
  })
  server.listen(0, '127.0.0.1', () => console.log('app on http://127.0.0.1:' + server.address().port))
  process.stdin.once('data', () => {
    server.close()
    server.closeAllConnections()
    process.stdin.destroy()
  })`

async function start(t, env) {
  const root = await makeFolder(t, { 'public/a.png': makePng(100, 100) })
  const child = spawn(process.execPath, ['--input-type=module', '-e', APP], {
    cwd: new URL('../..', import.meta.url),
    env: { ...process.env, ROOT: root, ...env },
  })
  t.after(() => child.kill('SIGKILL'))
  const output = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text) => (output.out += text))
  child.stderr.setEncoding('utf8').on('data', (text) => (output.err += text))
  const closed = once(child, 'close').then(([code]) => code)
  const says = (name, pattern) => until(child[name === 'out' ? 'stdout' : 'stderr'], () => pattern.exec(output[name]))
  const app = (await says('out', /app on (\S+)/))[1]
  const end = () => {
    child.stdin.write('end\n')
    return closed
  }
  return { app, output, says, end, ask: (path, rest) => get(app + path, rest) }
}

function until(stream, look) {
  return new Promise((resolve) => {
    const check = () => {
      const found = look()
      if (found) resolve(found)
    }
    stream.on('data', check)
    check()
  })
}

test('the port shows zeros before the first picture, and loads no addon for it', async (t) => {
  const { ask, says, end } = await start(t, { PIXMILL_METRICS_PORT: '0', PIXMILL_METRICS_HOST: '127.0.0.1' })
  const [, url] = await says('out', /shows metrics on (http:\/\/127\.0\.0\.1:\d+\/metrics)\n/)
  const scrape = async () => parseScrape((await get(url)).body.toString())
  const before = await scrape()
  assert.deepEqual([before.of('pixmill_memory_budget_bytes'), before.of('pixmill_worker_threads')], [0, 0])
  assert.equal((await get(new URL('/health', url))).status, 200)
  assert.equal((await ask('/native')).body.toString(), 'false')
  const image = '/_next/image?url=%2Fa.png&w=640&q=75'
  assert.equal((await ask(image)).status, 200)
  assert.equal((await ask('/native')).body.toString(), 'true')
  const after = await scrape()
  assert.equal(after.of('pixmill_requests_total{status="200",cache="miss"}'), 1)
  const parts = ['pixmill_memory_budget_bytes', 'pixmill_cache_memory_limit_bytes'].map(after.of)
  // A sixteenth is for answers on their way.
  assert.equal(parts[0] + parts[1], 60 * 1024 ** 2)
  for (const path of ['/health', '/metrics']) assert.equal((await ask(path)).body.toString(), 'the app')
  assert.equal((await get(new URL(image, url))).status, 404)
  // Neither the port nor the connection of a scraper is a reason to stay.
  assert.equal(await end(), 0)
})

test('without the variable there is no port', async (t) => {
  const { ask, output, end } = await start(t, { PIXMILL_METRICS_PORT: '' })
  assert.equal((await ask('/_next/image?url=%2Fa.png&w=640&q=75')).status, 200)
  assert.equal(await end(), 0)
  assert.deepEqual([output.out.trim().split('\n').length, output.err], [1, ''])
})

test('a port that is taken, and one that is none, are one line each and end nothing', async (t) => {
  const other = createServer().listen(0)
  await once(other, 'listening')
  t.after(() => other.close())
  const { port } = other.address()
  const cases = [
    [
      String(port),
      `a port that can be opened for PIXMILL_METRICS_PORT but received ${port} (another process listens there); this process shows no metrics`,
    ],
    ['many', 'an integer from 0 to 65535 for PIXMILL_METRICS_PORT but received "many"'],
    ['70000', 'an integer from 0 to 65535 for PIXMILL_METRICS_PORT but received "70000"'],
  ]
  for (const [PIXMILL_METRICS_PORT, complaint] of cases) {
    const { ask, says, output, end } = await start(t, { PIXMILL_METRICS_PORT })
    await says('err', /\n/)
    assert.equal((await ask('/_next/image?url=%2Fa.png&w=640&q=75')).status, 200)
    assert.equal(await end(), 0)
    assert.equal(output.err, `pixmill: Expected ${complaint}\n`)
  }
})
