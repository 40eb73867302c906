/** `pixmill serve` as a process: what it serves, what survives a restart, how it ends. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { get } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { probe } from '../dist/native.js'
import { makeFolder, runCli, startServe } from './cli-process.js'
import { makePng } from './pictures.js'
import { parseScrape } from './scrape.js'
import { fetchPicture, getRaw, makeProject, optimized, picture, startApp, untilOutput, WEBP } from './serve-kit.js'

test('the endpoint answers with pictures of the asked width and the negotiated type', async (t) => {
  const { url } = await startServe(t, ['--root', await makeProject(t)])
  const webp = await fetchPicture(url + optimized('/photo.png', 640))
  assert.deepEqual([webp.status, webp.type, webp.cache], [200, 'image/webp', 'MISS'])
  assert.deepEqual(pick(probe(webp.body)), { format: 'webp', width: 640, height: 480 })
  const png = await fetchPicture(url + optimized('/photo.png', 384), { accept: '*/*' })
  assert.deepEqual(pick(probe(png.body)), { format: 'png', width: 384, height: 288 })
  assert.equal((await fetchPicture(url + optimized('/photo.png', 640))).cache, 'HIT')
  assert.equal((await fetchPicture(url + optimized('/photo.png', 641))).status, 400)
})

test('entries survive a restart', async (t) => {
  const root = await makeProject(t)
  const first = await startServe(t, ['--root', root])
  const made = await fetchPicture(first.url + optimized('/photo.png', 640))
  assert.equal(made.cache, 'MISS')
  assert.equal((await first.end('SIGTERM')).code, 0)
  const second = await startServe(t, ['--root', root])
  const kept = await fetchPicture(second.url + optimized('/photo.png', 640))
  assert.equal(kept.cache, 'HIT')
  assert.ok(kept.body.equals(made.body))
})

test('a damaged entry is a MISS and never served', async (t) => {
  const root = await makeProject(t)
  const cacheDir = join(root, 'entries')
  const args = ['--root', root, '--cache-dir', cacheDir]
  const damages = [
    (bytes) => bytes.subarray(0, bytes.length - 10),
    (bytes) => Buffer.concat([bytes.subarray(0, -1), Buffer.from([bytes.at(-1) ^ 1])]),
    (bytes) => bytes.map((byte, at) => (at === bytes.length >> 1 ? byte ^ 0x40 : byte)),
    () => Buffer.alloc(0),
    () => Buffer.from('no entry'),
  ]
  for (const damage of damages) {
    const first = await startServe(t, args)
    const made = await fetchPicture(first.url + optimized('/photo.png', 640))
    assert.equal((await first.end('SIGTERM')).code, 0)
    const entries = await findEntries(cacheDir, made.body)
    assert.equal(entries.length, 1)
    await writeFile(entries[0], damage(await readFile(entries[0])))
    const second = await startServe(t, args)
    const again = await fetchPicture(second.url + optimized('/photo.png', 640))
    assert.deepEqual([again.status, again.cache, again.type], [200, 'MISS', 'image/webp'])
    assert.deepEqual(pick(probe(again.body)), { format: 'webp', width: 640, height: 480 })
    assert.equal((await fetchPicture(second.url + optimized('/photo.png', 640))).cache, 'HIT')
    await second.end('SIGTERM')
  }
})

test('plain files are served, and nothing beside them', async (t) => {
  const root = await makeProject(t)
  await symlink(join(root, 'secret.txt'), join(root, 'public/out.txt'))
  await symlink('note.txt', join(root, 'public/in.txt'))
  const { url } = await startServe(t, ['--root', root])
  const note = await getRaw(url, '/note.txt?v=1')
  assert.deepEqual([note.status, note.body, note.headers['cache-control']], [200, 'a note\n', 'public, max-age=0'])
  assert.equal((await getRaw(url, '/note.txt', { headers: { 'if-none-match': note.headers.etag } })).status, 304)
  const chunk = await getRaw(url, '/_next/static/chunks/app.js')
  assert.deepEqual([chunk.status, chunk.headers['cache-control']], [200, 'public, max-age=31536000, immutable'])
  for (const path of ['/in.txt', '/.well-known/security.txt']) assert.equal((await getRaw(url, path)).status, 200, path)
  const refused = [
    '/out.txt',
    '/.env',
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/..\\secret.txt',
    '/a/../../secret.txt',
  ]
  refused.push(
    '/_next/static/../../secret.txt',
    '/_next/static/%2e%2e/%2e%2e/secret.txt',
    '/note.txt%00.png',
    '/%ff',
    '/',
    '/_next/static/',
    '//',
  )
  for (const path of refused) assert.deepEqual([(await getRaw(url, path)).status, path], [404, path])
  assert.equal((await getRaw(url, '/note.txt', { method: 'POST' })).status, 405)
})

test('a range is answered when it is simple, else the whole file is', async (t) => {
  const { url } = await startServe(t, ['--root', await makeProject(t)])
  const read = async (range) => {
    const { status, body, headers } = await getRaw(url, '/note.txt', { headers: { range } })
    return [status, body, headers['content-range']]
  }
  assert.deepEqual(await read('bytes=2-3'), [206, 'no', 'bytes 2-3/7'])
  assert.deepEqual(await read('bytes=2-'), [206, 'note\n', 'bytes 2-6/7'])
  for (const range of ['bytes=-2', 'bytes=3-2', 'bytes=0-1,3-4', 'lines=1-2']) {
    assert.deepEqual(await read(range), [200, 'a note\n', undefined], range)
  }
})

test('with a base path, files and url= work with and without it', async (t) => {
  const { url } = await startServe(t, ['--root', await makeProject(t), '--base-path', '/docs'])
  for (const path of ['/docs/note.txt', '/note.txt', '/docs/_next/static/chunks/app.js']) {
    assert.equal((await getRaw(url, path)).status, 200, path)
  }
  for (const source of ['/docs/photo.png', '/photo.png']) {
    assert.equal((await fetchPicture(`${url}/docs${optimized(source, 640)}`)).status, 200, source)
  }
})

test('an endpoint of its own is taken as it is', async (t) => {
  const { url } = await startServe(t, ['--root', await makeProject(t), '--base-path', '/docs', '--endpoint', '/img'])
  assert.equal((await fetchPicture(url + optimized('/photo.png', 640).replace('/_next/image', '/img'))).status, 200)
  assert.equal((await fetchPicture(`${url}/docs${optimized('/photo.png', 640)}`)).status, 404)
})

test('in --images null is what undefined is in next.config, and an absent key the default', async (t) => {
  const root = await makeProject(t)
  const status = async (images, path) => {
    const server = await startServe(t, ['--root', root, '--images', JSON.stringify(images)])
    const { status } = await fetchPicture(server.url + path)
    await server.end('SIGTERM')
    return status
  }
  assert.equal(await status({}, optimized('/photo.png', 640, 33)), 400)
  assert.equal(await status({ qualities: null }, optimized('/photo.png', 640, 33)), 200)
  assert.equal(await status({}, optimized('/photo.png?v=1', 640)), 400)
  assert.equal(await status({ localPatterns: null }, optimized('/photo.png?v=1', 640)), 200)
})

test('without --images the built project says what is allowed', async (t) => {
  const config = {
    images: { deviceSizes: [500], imageSizes: [], path: '/docs/_next/image' },
    basePath: '/docs',
    trailingSlash: false,
  }
  const root = await makeProject(t, { '.next/required-server-files.json': JSON.stringify({ version: 1, config }) })
  const { url } = await startServe(t, ['--root', root])
  assert.equal((await fetchPicture(`${url}/docs${optimized('/docs/photo.png', 500, 33)}`)).status, 200)
  assert.equal((await fetchPicture(`${url}/docs${optimized('/docs/photo.png', 640)}`)).status, 400)
  await writeFile(join(root, '.next/required-server-files.json'), '{"config":')
  const { code, stderr } = await runCli(['serve', '--root', root, '--port', '0'])
  assert.equal(code, 2)
  assert.match(stderr, /Expected what next build writes for .*required-server-files\.json but received/)
})

test('what withPixmill wrote down in the build counts, and flags over it', async (t) => {
  const settings = {
    images: { deviceSizes: [500], imageSizes: [] },
    basePath: '',
    assetPrefix: '',
    trailingSlash: false,
    distDir: '.next',
    paths: ['/_next/image'],
    options: { cacheDir: 'built' },
  }
  const config = { images: { deviceSizes: [640] }, env: { PIXMILL_SERVER: JSON.stringify(settings) } }
  const root = await makeProject(t, { '.next/required-server-files.json': JSON.stringify({ config }) })
  const variable = { PIXMILL_CACHE_DIR: join(root, 'variable') }
  for (const [name, args, env] of [
    ['built', [], {}],
    ['variable', [], variable],
    ['flag', ['--cache-dir', join(root, 'flag')], variable],
  ]) {
    const server = await startServe(t, ['--root', root, ...args], { env })
    const made = await fetchPicture(server.url + optimized('/photo.png', 500))
    assert.deepEqual([made.status, made.cache], [200, 'MISS'], name)
    await server.end('SIGTERM')
    assert.equal((await findEntries(join(root, name), made.body)).length, 1, name)
  }
})

test('with --origin, relative urls come from that application', async (t) => {
  const asked = []
  const app = await startApp(t, (request, response) => {
    asked.push(request.url)
    response.setHeader('Content-Type', 'image/png').end(makePng(300, 200))
  })
  const { url } = await startServe(t, ['--root', await makeProject(t), '--origin', app])
  const { status, body } = await fetchPicture(url + optimized('/photo.png', 256))
  assert.equal(status, 200)
  assert.deepEqual(pick(probe(body)), { format: 'webp', width: 256, height: 171 })
  assert.deepEqual(asked, ['/photo.png'])
})

test('PORT and HOST are honored, and a flag beats its variable', async (t) => {
  const root = await makeProject(t)
  const env = { PORT: '1', HOST: '127.0.0.1', PIXMILL_ROOT: '/does/not/exist', PIXMILL_MEMORY: '64mb' }
  const { url } = await startServe(t, ['--root', root, '--memory', '128mb'], { env })
  assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/)
  const { port } = new URL(url)
  const taken = await runCli(['serve', '--root', root], { env: { PORT: port, HOST: '127.0.0.1' } })
  assert.equal(taken.code, 1)
  assert.equal(
    taken.stderr,
    `pixmill: Expected a free port for --port but received ${port} (another process listens there)\n`,
  )
  const wrong = await runCli(['serve', '--root', root], { env: { PIXMILL_MEMORY: 'lots' } })
  assert.equal(wrong.code, 2)
  assert.match(wrong.stderr, /for PIXMILL_MEMORY but received "lots"/)
})

test('health and metrics are at the root, whatever the base path, and win over files', async (t) => {
  const root = await makeProject(t, { 'public/health': 'a file\n', 'public/metrics': 'a file\n' })
  const { url } = await startServe(t, ['--root', root, '--base-path', '/docs'])
  const before = parseScrape((await getRaw(url, '/metrics')).body)
  // The engine has started with the server.
  assert.ok(before.of('pixmill_memory_budget_bytes') > 0)
  assert.equal(before.of('pixmill_requests_total{status="200",cache="miss"}'), undefined)
  assert.equal((await fetchPicture(`${url}/docs${optimized('/photo.png', 640)}`)).status, 200)
  const { headers, body } = await getRaw(url, '/metrics')
  assert.equal(headers['cache-control'], 'no-store')
  assert.equal(parseScrape(body).of('pixmill_requests_total{status="200",cache="miss"}'), 1)
  const health = await getRaw(url, '/health')
  assert.deepEqual([health.status, JSON.parse(health.body).status], [200, 'ok'])
  assert.equal((await getRaw(url, '/health', { method: 'POST' })).status, 405)
  assert.equal((await getRaw(url, '/docs/health')).body, 'a file\n')
})

test('with --metrics-port they are there alone', async (t) => {
  const root = await makeProject(t, { 'public/health': 'a file\n' })
  const server = await startServe(t, ['--root', root, '--host', '127.0.0.1', '--metrics-port', '0'])
  const [, metrics] = await untilOutput(server.child.stdout, () => /metrics on (\S+)\n/.exec(server.output.stdout))
  assert.match(metrics, /^http:\/\/127\.0\.0\.1:\d+\/metrics$/)
  assert.ok(parseScrape(await (await fetch(metrics)).text()).of('pixmill_memory_budget_bytes') > 0)
  assert.equal((await fetch(new URL('/health', metrics))).status, 200)
  assert.equal((await fetch(new URL(optimized('/photo.png', 640), metrics))).status, 404)
  assert.equal((await getRaw(server.url, '/health')).body, 'a file\n')
  assert.equal((await getRaw(server.url, '/metrics')).status, 404)
  const { port } = new URL(metrics)
  const taken = await runCli(['serve', '--root', root, '--port', '0', '--host', '127.0.0.1', '--metrics-port', port])
  assert.deepEqual([taken.code, taken.stdout], [1, ''])
  assert.match(taken.stderr, new RegExp(`^pixmill: Expected a free port for --metrics-port but received ${port} `))
  assert.deepEqual(await server.end('SIGTERM'), { code: 0, signal: null })
})

test('a stray error and a client that leaves end nothing', async (t) => {
  const folder = await makeFolder(t, {
    'fault.cjs':
      "process.on('SIGUSR2', () => { Promise.reject(new Error('stray promise')); throw new Error('stray event') })",
  })
  const root = await makeProject(t)
  const server = await startServe(t, ['--root', root], {
    env: { NODE_OPTIONS: `--require ${join(folder, 'fault.cjs')}` },
  })
  const isTold = () => /stray event/.test(server.output.stderr) && /stray promise/.test(server.output.stderr)
  const told = untilOutput(server.child.stderr, isTold)
  server.child.kill('SIGUSR2')
  await told
  const request = get(`${server.url}${optimized('/photo.png', 1080)}`)
  request.on('error', () => {})
  await once(request, 'socket')
  request.destroy()
  assert.equal((await fetchPicture(server.url + optimized('/photo.png', 640))).status, 200)
  const lines = server.output.stderr.trim().split('\n')
  assert.equal(lines.length, 2)
  for (const line of lines)
    assert.match(line, /^pixmill level=error event=uncaught code=ERR_INTERNAL cause="stray \w+" stack="at /)
})

test('the log is a line a failure, in the form that PIXMILL_LOG asks for', async (t) => {
  const broken = picture.subarray(0, 60)
  const root = await makeProject(t, { 'public/text.png': broken, 'public/json.png': broken })
  const forms = {
    text: /^pixmill level=warn event=picture_failed source="\/text\.png\?secret" code=ERR_INPUT cause="[^"]+"\n$/,
    json: /^\{"time":"[^"]+","name":"pixmill",.*"source":"\/json\.png\?secret",.*\}\n$/,
  }
  for (const [PIXMILL_LOG, pattern] of Object.entries(forms)) {
    const args = ['--root', root, '--images', '{"localPatterns":null}']
    const server = await startServe(t, args, { env: { PIXMILL_LOG } })
    const headers = { ...WEBP, cookie: 'session=5678' }
    assert.equal(
      (await fetchPicture(server.url + optimized(`/${PIXMILL_LOG}.png?secret=1234`, 640), headers)).status,
      200,
    )
    await server.end('SIGTERM')
    assert.match(server.output.stderr, pattern)
    assert.doesNotMatch(server.output.stderr, /1234|5678|w=640/)
  }
})

function pick({ format, width, height }) {
  return { format, width, height }
}

/** The files under `folder` that hold `body`. */
async function findEntries(folder, body) {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  const paths = files.map((entry) => join(entry.parentPath, entry.name))
  const contents = await Promise.all(paths.map((path) => readFile(path)))
  return paths.filter((_, index) => contents[index].includes(body))
}
