// Multi-zones: two Next apps behind one domain, with pixmill in both or in one of them. Every picture is there, and comes from its own app.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { createProject, get } from '../http/app.js'
import { findPictures } from '../next/matrix/crawl.js'
import { readPicture } from '../next/matrix/dimensions.js'
import { findPort } from '../next/matrix/process.js'
import { layOut, startNext } from './next-app.js'
import { lacksNginx, startNginx } from './nginx.js'
import { buildA, buildB, WIDTHS } from './zone.js'

const DOCS = { basePath: '/docs' }

let port
before(async () => {
  port = await findPort()
})

/** A project of `built`, started, and gone with the test. */
async function startZone(t, built, options) {
  const project = createProject()
  layOut(project.root, built)
  const server = await startNext(project.root, options)
  t.after(async () => {
    await server.stop()
    project.remove()
  })
  return server
}

async function startZones(t, { a, b }) {
  const builtA = await buildA(`http://127.0.0.1:${port}`, a)
  const builtB = await buildB(b)
  await startZone(t, builtB, { port, page: b.trailingSlash ? '/docs/' : '/docs' })
  return startZone(t, builtA)
}

/** Every picture of a page is the one of `width` pixels, or as narrow as was asked. Gives their URLs. */
async function checkPage(origin, path, width) {
  const page = await get(origin + path)
  assert.equal(page.status, 200, path)
  const urls = findPictures(page.body.toString())
  assert.ok(urls.length >= 4, `${urls}`)
  for (const url of urls) await checkPicture(new URL(url, origin), width)
  return urls
}

async function checkPicture(url, width) {
  const { status, headers, body } = await get(url, { headers: { accept: 'image/webp' } })
  assert.deepEqual([status, headers['content-type']], [200, 'image/webp'], url.href)
  assert.equal(readPicture(body).width, Math.min(width, Number(url.searchParams.get('w'))), url.href)
}

const pathsOf = (urls) => [...new Set(urls.map((url) => url.split('?')[0]))]

test('zone B with a base path and a deployment: its URLs name the deployment, and change no picture', async (t) => {
  const { origin } = await startZones(t, { a: {}, b: { ...DOCS, deploymentId: 'v1' } })
  assert.deepEqual(pathsOf(await checkPage(origin, '/', WIDTHS.a)), ['/_next/image'])
  const urls = await checkPage(origin, '/docs', WIDTHS.b)
  assert.deepEqual(pathsOf(urls), ['/docs/_next/image'])
  for (const url of urls) {
    assert.match(url, /&dpl=v1$/)
    assert.doesNotMatch(decodeURIComponent(new URL(url, origin).searchParams.get('url')), /dpl/)
    const [marked, other] = await Promise.all([url, url.replace('dpl=v1', 'dpl=v2')].map((one) => get(origin + one)))
    assert.deepEqual([marked.status, marked.headers.etag], [200, other.headers.etag])
  }
})

test('zone B without a base path: its endpoint is images.path, its static imports have a prefix', async (t) => {
  const b = { assetPrefix: '/docs-static', images: { path: '/docs/_next/image' } }
  const { origin } = await startZones(t, { a: {}, b })
  assert.deepEqual(pathsOf(await checkPage(origin, '/', WIDTHS.a)), ['/_next/image'])
  assert.deepEqual(pathsOf(await checkPage(origin, '/docs', WIDTHS.b)), ['/docs/_next/image'])
})

test('both with a slash at the end of their paths', async (t) => {
  const { origin } = await startZones(t, { a: { trailingSlash: true }, b: { ...DOCS, trailingSlash: true } })
  assert.deepEqual(pathsOf(await checkPage(origin, '/', WIDTHS.a)), ['/_next/image/'])
  assert.deepEqual(pathsOf(await checkPage(origin, '/docs/', WIDTHS.b)), ['/docs/_next/image/'])
})

test('zone B without pixmill beside zone A with it', async (t) => {
  const { origin } = await startZones(t, { a: {}, b: { ...DOCS, isPlain: true } })
  await checkPage(origin, '/', WIDTHS.a)
  await checkPage(origin, '/docs', WIDTHS.b)
})

test('zone A without pixmill in front of zone B with it', async (t) => {
  const { origin } = await startZones(t, { a: { isPlain: true }, b: DOCS })
  await checkPage(origin, '/', WIDTHS.a)
  await checkPage(origin, '/docs', WIDTHS.b)
})

test('images.path is the URL of a cache in front of the domain', { skip: lacksNginx }, async (t) => {
  const cachePort = await findPort()
  const cache = `http://127.0.0.1:${cachePort}`
  const a = { images: { path: `${cache}/_next/image` } }
  const b = { ...DOCS, images: { path: `${cache}/docs/_next/image` } }
  const { origin } = await startZones(t, { a, b })
  const nginx = await startNginx('vary', origin, cachePort)
  t.after(nginx.stop)
  const urls = await checkPage(origin, '/', WIDTHS.a)
  assert.deepEqual(pathsOf(urls), [`${cache}/_next/image`])
  for (const url of urls) {
    const { headers } = await get(url, { headers: { accept: 'image/webp' } })
    assert.equal(headers['x-cache-status'], 'HIT', url)
  }
  assert.deepEqual(pathsOf(await checkPage(origin, '/docs', WIDTHS.b)), [`${cache}/docs/_next/image`])
})
