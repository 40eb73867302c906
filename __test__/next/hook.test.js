import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { installHook } from '../../dist/next/hook.js'
import { makePng } from '../pictures.js'

const root = mkdtempSync(join(tmpdir(), 'pixmill-hook-'))
mkdirSync(join(root, 'public'))
writeFileSync(join(root, 'public', 'a.png'), makePng(200, 100))
test.after(() => rmSync(root, { recursive: true, force: true }))

const settings = {
  images: { imageSizes: [64], deviceSizes: [640] },
  basePath: '/docs',
  assetPrefix: '',
  trailingSlash: false,
  distDir: '.next',
  paths: ['/docs/_next/image'],
  options: { memory: '64mb', threads: 1 },
}
installHook({ settings, root, isDevelopment: false })

const seen = []
/** The app: sees every request that is not ours. */
function app(req, res) {
  seen.push({ url: req.url, cookie: req.headers.cookie })
  if (req.url === '/docs/api/avatar') res.setHeader('Content-Type', 'image/png').end(makePng(96, 96))
  else res.end('app')
}

async function start(t) {
  const server = http.createServer(app).listen(0)
  await once(server, 'listening')
  t.after(() => server.close())
  seen.length = 0
  return (path, headers = {}) =>
    fetch(`http://localhost:${server.address().port}${path}`, { headers, redirect: 'manual' })
}

test('answers the endpoint before the app', async (t) => {
  const get = await start(t)
  const response = await get('/docs/_next/image?url=%2Fa.png&w=64&q=75', { accept: 'image/webp' })
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('content-type'), 'image/webp')
  assert.equal((await response.arrayBuffer()).byteLength, Number(response.headers.get('content-length')))
  assert.deepEqual(seen, [])
})

test('leaves every other URL to the app', async (t) => {
  const get = await start(t)
  const urls = ['/', '/docs/_next/images?url=%2Fa.png', '/_next/image?url=%2Fa.png&w=64&q=75', '/docs/_next/image/more']
  for (const url of urls) assert.equal(await (await get(url)).text(), 'app')
  assert.deepEqual(
    seen.map(({ url }) => url),
    urls,
  )
})

test("asks the app for a local source without the client's headers", async (t) => {
  const get = await start(t)
  const response = await get('/docs/_next/image?url=%2Fapi%2Favatar&w=64&q=75', {
    accept: 'image/webp',
    cookie: 'session=1',
  })
  assert.equal(response.status, 200)
  assert.deepEqual(seen, [{ url: '/docs/api/avatar', cookie: undefined }])
})

test('a request that comes back is not answered again', async (t) => {
  const get = await start(t)
  assert.equal(await (await get('/docs/_next/image?url=%2Fa.png&w=64&q=75', { 'x-pixmill-hop': '1' })).text(), 'app')
})

test('is installed once, and takes a new config', async (t) => {
  const { emit } = http.Server.prototype
  installHook({ settings: { ...settings, paths: ['/other'] }, root, isDevelopment: false })
  t.after(() => installHook({ settings, root, isDevelopment: false }))
  assert.equal(http.Server.prototype.emit, emit)
  const get = await start(t)
  assert.equal((await get('/other?url=%2Fa.png&w=64&q=75')).status, 200)
  assert.equal(await (await get('/docs/_next/image?url=%2Fa.png&w=64&q=75')).text(), 'app')
})
