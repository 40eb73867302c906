/**
 * A browser on every page of an export: collects each picture that a page can ask for, asks for it, decodes it, and compares with the files on disk. Gives a
 * list of faults, empty for a good one; judges nothing else.
 */
import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { openPage } from '../browser/chromium.js'
import { QUALITIES } from './app.js'
import { askInPage, collectInPage, waitForReact } from './in-page.js'

// Generous: a busy machine. Nothing waits for time alone.
const PATIENCE = { timeout: 120_000 }
const AT_ONCE = 4
const TYPES = { webp: 'image/webp', avif: 'image/avif', jpg: 'image/jpeg' }
export const FOLDER = '_next/image'

/** `{ faults, candidates, files }`, the last two as counts. `widths` are all that are configured. */
export async function checkExport({ browser, server, basePath = '', site, output, photographs, widths }) {
  const { page, faults, close } = await openPage(browser, {})
  const candidates = new Map()
  for (const path of site.pages) {
    await page.goto(`${server.origin}${basePath}${path}`, PATIENCE)
    for (const candidate of await visit(page, faults, path)) addCandidate(candidates, candidate)
  }
  const answers = await askAll(page, [...candidates.keys()])
  await close()
  const naturalWidths = new Map(photographs.map(({ name, width }) => [name, width]))
  const sources = findSources(candidates)
  for (const [url, candidate] of candidates) {
    faults.push(...checkCandidate(url, { ...candidate, answer: answers.get(url), sources, naturalWidths, basePath }))
  }
  faults.push(...checkShown(photographs, sources))
  const files = listFiles(join(output, FOLDER)).filter((file) => file !== 'manifest.json')
  const isAllowed = (variant) => isClientVariant(variant, { site, sources, widths })
  faults.push(...checkFiles(files, [...candidates.keys()], isAllowed))
  return { faults, candidates: candidates.size, files: files.length }
}

/** All candidates of a page: as it was sent, and after each of its buttons. */
async function visit(page, faults, path) {
  const before = await page.evaluate(collectInPage)
  for (const button of await page.locator('[data-reveal]').all()) {
    // A page that is not hydrated yet takes no click: React marks what it has taken over.
    await button.evaluate(waitForReact)
    await button.click(PATIENCE)
    await page.locator('section img').first().waitFor(PATIENCE)
  }
  const after = await page.evaluate(collectInPage)
  await showAll(page).catch(async () => {
    const broken = await page.evaluate(() =>
      [...document.images].filter(({ naturalWidth }) => naturalWidth === 0).map(({ currentSrc }) => currentSrc),
    )
    faults.push(...broken.map((url) => `${path} shows a broken picture: ${url}`))
  })
  return [...before, ...after]
}

/** Brings every picture into view, so that the lazy ones load, and waits until all are there. */
async function showAll(page) {
  for (const image of await page.locator('img').all()) await image.scrollIntoViewIfNeeded(PATIENCE)
  await page.waitForFunction(() => [...document.images].every((image) => image.complete), null, PATIENCE)
  const areWhole = await page.evaluate(() => [...document.images].every(({ naturalWidth }) => naturalWidth > 0))
  if (!areWhole) throw new Error('a picture is broken')
}

function addCandidate(candidates, { url, width, photo }) {
  const known = candidates.get(url) ?? { widths: new Set(), photos: new Set() }
  if (width !== null) known.widths.add(width)
  if (photo) known.photos.add(photo)
  candidates.set(url, known)
}

async function askAll(page, urls) {
  const answers = new Map()
  const rest = [...urls]
  const ask = async () => {
    for (let url = rest.pop(); url !== undefined; url = rest.pop()) {
      answers.set(url, await page.evaluate(askInPage, url))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, ask))
  return answers
}

/** `{ id, width, quality, extension }` of a path that ends like a file of ours. */
export function parseVariant(path) {
  const [, id, width, quality, extension] = /(?:^|\/)([\w-]{11})\/[^/]+-(\d+)-(\d+)\.(webp|avif|jpg)$/.exec(path) ?? []
  return id ? { id, width: Number(width), quality: Number(quality), extension } : null
}

/** The photograph behind each id, as the elements say that show it. */
function findSources(candidates) {
  const sources = new Map()
  for (const [url, { photos }] of candidates) {
    const id = parseVariant(url)?.id
    for (const photo of photos) if (id) sources.set(id, photo)
  }
  return sources
}

function checkCandidate(url, { widths, answer, sources, naturalWidths, basePath }) {
  const variant = parseVariant(url)
  if (!variant || !new URL(url).pathname.startsWith(`${basePath}/${FOLDER}/`)) return [`${url}: not a URL of ours`]
  const photo = sources.get(variant.id)
  if (!photo) return [`${url}: no element says what it shows`]
  const expected = {
    status: 200,
    type: TYPES[variant.extension],
    width: Math.min(variant.width, naturalWidths.get(photo)),
  }
  const wrong = Object.keys(expected).filter((key) => answer[key] !== expected[key])
  const faults = wrong.map((key) => `${url} (${photo}): ${key} ${answer[key]} instead of ${expected[key]}`)
  for (const width of widths) if (width !== variant.width) faults.push(`${url}: offered as ${width}w`)
  return faults
}

/** Every photograph is on a page: a check of nothing would find no fault. */
function checkShown(photographs, sources) {
  const shown = new Set(sources.values())
  return photographs.filter(({ name }) => !shown.has(name)).map(({ name }) => `${name} is on no page`)
}

export function listFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort()
}

function checkFiles(files, urls, isAllowed) {
  const wanted = new Set(urls.map((url) => decodeURIComponent(new URL(url).pathname.split(`/${FOLDER}/`)[1] ?? '')))
  const missing = [...wanted].filter((file) => !files.includes(file)).map((file) => `${file}: not on disk`)
  const unused = files.filter((file) => !wanted.has(file) && !isAllowed(parseVariant(file)))
  return [...missing, ...unused.map((file) => `${file}: no page asks for it`)]
}

/** What only scripts show may be there in every configured width and quality: nobody knows which ones they will ask for. */
function isClientVariant(variant, { site, sources, widths }) {
  const isConfigured = variant && QUALITIES.includes(variant.quality) && widths.includes(variant.width)
  return isConfigured && site.clientOnly.has(sources.get(variant.id))
}
