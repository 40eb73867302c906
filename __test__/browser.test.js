// The example in headless Chromium: every picture comes from pixmill, in the negotiated type and the right size.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { probe } from '../index.js'
import { launchChromium, openPage } from './browser/chromium.js'
import { startExample } from './browser/example.js'

// Generous: an AVIF of a cold cache on a busy machine with two cores. Nothing below waits for time alone.
const PATIENCE = { timeout: 180_000 }
const PICTURES = 21

let folder
let example
let browser

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pixmill-browser-'))
  example = await startExample({ cacheDir: join(folder, 'cache') })
  browser = await launchChromium()
})

after(async () => {
  await browser?.close()
  await example?.stop()
  // Screenshots are kept where somebody wants to look at them.
  if (!process.env.PIXMILL_SCREENSHOTS) await rm(folder, { recursive: true, force: true })
})

const screenshot = (page, name) =>
  page.screenshot({
    path: join(process.env.PIXMILL_SCREENSHOTS ?? folder, `${name}.png`),
    fullPage: true,
    animations: 'disabled',
  })

/** Brings every picture into view, so that the lazy ones load, and waits until all are there. */
async function loadAll(page) {
  for (const image of await page.locator('img').all()) await image.scrollIntoViewIfNeeded(PATIENCE)
  await page.waitForFunction(
    () => [...document.images].every((image) => image.complete && image.naturalWidth > 0),
    null,
    PATIENCE,
  )
}

/** What the page shows: for each picture the chosen URL and the width of its pixels, which `srcset` hides from the element itself. */
const shownPictures = (page) =>
  page.evaluate(() =>
    Promise.all(
      [...document.images].map(async ({ alt, currentSrc }) => {
        const bare = new Image()
        bare.src = currentSrc
        await bare.decode()
        return { alt, url: currentSrc, pixels: bare.naturalWidth }
      }),
    ),
  )

const originals = new Map()

/** The original behind a variant, as its own header describes it, and its size. */
async function originalOf(url) {
  const source = new URL(new URL(url).searchParams.get('url'), example.url).href
  if (!originals.has(source)) {
    const body = Buffer.from(await (await fetch(source)).arrayBuffer())
    originals.set(source, { ...probe(body), bytes: body.length })
  }
  return originals.get(source)
}

/** Every claim about one picture. `expectedType` is told the format of the original. */
async function checkPicture({ alt, url, pixels }, variants, expectedType) {
  const { pathname, searchParams } = new URL(url)
  assert.equal(pathname, '/_next/image', alt)
  const response = variants.get(url)
  assert.ok(response, `${alt}: no answer was seen`)
  const headers = response.headers()
  const original = await originalOf(url)
  assert.equal(response.status(), 200, alt)
  assert.equal(headers['content-type'], expectedType(original.format), alt)
  assert.equal(headers.vary, 'Accept', alt)
  // With a custom loader Next.js' own optimizer answers 404; these two it would not send besides.
  assert.equal(headers['x-content-type-options'], 'nosniff', alt)
  assert.match(headers.etag, /^"[^"]+"$/, alt)
  assert.match(headers['x-nextjs-cache'], /^(MISS|HIT|STALE)$/, alt)
  // A variant that would be larger than its source in the same format is the source itself, at its full width.
  const isSource = Number(headers['content-length']) === original.bytes
  const width = isSource ? original.width : Math.min(Number(searchParams.get('w')), original.width)
  assert.equal(pixels, width, `${alt}: ${url}`)
}

async function checkGallery({ name, accept, expectedType }) {
  const { page, faults, variants, close } = await openPage(browser, { accept })
  await page.goto(example.url, PATIENCE)
  await loadAll(page)
  const pictures = await shownPictures(page)
  assert.equal(pictures.length, PICTURES)
  for (const picture of pictures) await checkPicture(picture, variants, expectedType)
  await page.evaluate(() => window.scrollTo({ top: 0, behavior: 'instant' }))
  await screenshot(page, name)
  assert.deepEqual(faults, [])
  await close()
}

test('with AVIF in Accept every picture is AVIF', () =>
  checkGallery({ name: 'avif', accept: undefined, expectedType: () => 'image/avif' }))

test('without AVIF in Accept every picture is WebP', () =>
  checkGallery({ name: 'webp', accept: 'image/webp,image/png,*/*;q=0.8', expectedType: () => 'image/webp' }))

test('with neither, every picture has the type of its source, a WebP source becomes JPEG', () =>
  checkGallery({
    name: 'plain',
    accept: 'image/png,image/*;q=0.8,*/*;q=0.5',
    expectedType: (format) => (format === 'webp' ? 'image/jpeg' : `image/${format}`),
  }))

test('a small screen gets small pictures', async () => {
  const { page, faults, variants, close } = await openPage(browser, { viewport: { width: 390, height: 844 } })
  await page.goto(example.url, PATIENCE)
  await loadAll(page)
  for (const picture of await shownPictures(page)) {
    await checkPicture(picture, variants, () => 'image/avif')
    assert.ok(picture.pixels <= 640, `${picture.alt}: ${picture.pixels} pixels wide`)
  }
  await screenshot(page, 'small')
  assert.deepEqual(faults, [])
  await close()
})

test('client navigation: a click opens a picture, the arrow keys walk on, the receipt is measured', async () => {
  const { page, faults, variants, close } = await openPage(browser, {})
  await page.goto(example.url, PATIENCE)
  await page.evaluate(() => {
    window.isSameDocument = true
  })
  await page.locator('a.tile[href="/photo/casa-mila"]').click(PATIENCE)
  await page.waitForURL('**/photo/casa-mila', PATIENCE)
  await expectStand(page, variants, 'Casa Milà, looking up')
  await screenshot(page, 'stand')
  await page.keyboard.press('ArrowRight')
  await page.waitForURL('**/photo/high-trestle', PATIENCE)
  await expectStand(page, variants, 'High Trestle')
  await page.keyboard.press('Escape')
  await page.waitForURL(example.url, PATIENCE)
  await page.locator('a.tile[href="/orbit/earth"]').click(PATIENCE)
  await page.waitForURL('**/orbit/earth', PATIENCE)
  await expectStand(page, variants, 'Marble')
  assert.equal(await page.evaluate(() => window.isSameDocument), true, 'the document was loaded anew')
  assert.deepEqual(faults, [])
  await close()
})

async function expectStand(page, variants, title) {
  await page.getByRole('heading', { name: title }).waitFor(PATIENCE)
  await page.locator('.receipt[data-ready=yes]').waitFor(PATIENCE)
  assert.match(await page.locator('.receipt').textContent(), /AVIF \d+ KB/)
  const pictures = await shownPictures(page)
  assert.equal(pictures.length, 1)
  await checkPicture(pictures[0], variants, () => 'image/avif')
}
