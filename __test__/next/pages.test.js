import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { makePng } from '../pictures.js'

const root = mkdtempSync(join(tmpdir(), 'pixmill-pages-'))
mkdirSync(join(root, 'public'))
mkdirSync(join(root, '.next'))
writeFileSync(join(root, 'public', 'a.png'), makePng(200, 100))
const settings = {
  images: {},
  basePath: '/docs',
  assetPrefix: '',
  trailingSlash: false,
  distDir: '.next',
  paths: ['/docs/_next/image'],
  options: { memory: '64mb', threads: 1 },
}
// A server that did not load next.config finds the settings where `next build` wrote them down.
const written = { config: { env: { PIXMILL_SERVER: JSON.stringify(settings) } } }
writeFileSync(join(root, '.next', 'required-server-files.json'), JSON.stringify(written))
const cwd = process.cwd()
process.chdir(root)
const { default: handler } = await import('../../dist/next/pages.js')
test.after(() => {
  process.chdir(cwd)
  rmSync(root, { recursive: true, force: true })
})

async function start(t, rewrite) {
  const server = http.createServer((req, res) => {
    if (req.url === '/docs/api/avatar') return res.setHeader('Content-Type', 'image/png').end(makePng(96, 96))
    rewrite(req)
    return handler(req, res)
  })
  server.listen(0)
  await once(server, 'listening')
  t.after(() => server.close())
  return (path, headers) => fetch(`http://localhost:${server.address().port}${path}`, { headers })
}

test('answers the URL as it was asked for', async (t) => {
  const get = await start(t, () => {})
  const response = await get('/docs/_next/image?url=%2Fa.png&w=640&q=75', { accept: 'image/webp' })
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('content-type'), 'image/webp')
})

test('answers the URL of the route, whose query is parsed', async (t) => {
  const get = await start(t, (req) => {
    req.query = Object.fromEntries(new URL(req.url, 'http://a').searchParams)
    req.url = '/api/pixmill'
  })
  const response = await get('/docs/_next/image?url=%2Fapi%2Favatar&w=64&q=75', { accept: 'image/webp' })
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('content-type'), 'image/webp')
})

test("a wrong query gets Next's answer", async (t) => {
  const get = await start(t, () => {})
  const response = await get('/docs/_next/image?w=64&q=75', {})
  assert.equal(response.status, 400)
  assert.equal(await response.text(), '"url" parameter is required')
})

test('a request that comes back is not answered again', async (t) => {
  const get = await start(t, () => {})
  assert.equal((await get('/docs/_next/image?url=%2Fa.png&w=640&q=75', { 'x-pixmill-hop': '1' })).status, 404)
})
