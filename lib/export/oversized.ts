/**
 * Pictures of which clearly more pixels are shipped than their page can ever show, on a screen with two device pixels a CSS pixel. Goes by the
 * attributes of each `<img>`; what only a style sheet knows is not reported. Changes nothing.
 */
import { resolve } from 'node:path'
import type { Oversized } from './outcome.js'
import { createMeasure, type Measure } from './oversized/measure.js'
import { type Pick, pick } from './oversized/pick.js'
import { moveBase, toBase } from './site/address.js'
import { listFiles } from './site/files.js'
import { readPage } from './site/html.js'
import { toBasePath } from './site/options.js'
import { readText } from './site/text.js'

export interface OversizedOptions {
  /** A prefix that the URLs have and the folder has not: `/docs`. */
  readonly basePath?: string | undefined
  /** Next's: what local URLs may begin with instead of the base path. */
  readonly assetPrefix?: string | undefined
}

/** Wider than shown by this: a picture that was never resized. */
const FACTOR = 1.5
/** The steps between Next's own widths are up to 2, so a well-chosen one may be this much too wide. */
const SET_FACTOR = 2

/** In the order of the pages; each URL once a page, for the place where it is shown widest. */
export async function findOversized(output: string, options: OversizedOptions = {}): Promise<Oversized[]> {
  const folder = resolve(output)
  const basePath = toBasePath(options.basePath ?? '')
  const measure = await createMeasure(folder)
  const checked: Checked[] = []
  for (const name of await listFiles(folder, /\.html?$/i)) {
    const page = readPage((await readText(resolve(folder, name))).text)
    const own = toBase(name, basePath)
    const base = page.baseHref === null ? own : moveBase(own, page.baseHref)
    const local = (url: string) => withoutPrefix(url, basePath, options.assetPrefix ?? '')
    const picks = page.images.flatMap((image) => pick(image) ?? [])
    for (const each of picks) checked.push(...(await check(name, each, (url) => measure(local(url), base))))
  }
  return toWidest(checked)
}

interface Checked extends Oversized {
  readonly isOversized: boolean
}

/** An empty list: no file of this output. */
async function check(
  page: string,
  { shownWidth, urls, isFromSet }: Pick,
  measure: (url: string) => ReturnType<Measure>,
): Promise<Checked[]> {
  for (const url of urls) {
    const shipped = await measure(url)
    if (shipped === null) continue
    const isOversized = shipped.width >= (isFromSet ? SET_FACTOR : FACTOR) * shownWidth
    return [{ page, url, shippedWidth: shipped.width, shownWidth, bytes: shipped.bytes, isOversized }]
  }
  return []
}

/** An icon of 16 pixels beside the same picture at 400 is no waste: it is loaded anyway. */
function toWidest(checked: readonly Checked[]): Oversized[] {
  const widest = new Map<string, Checked>()
  for (const each of checked) {
    const key = JSON.stringify([each.page, each.url])
    if (each.shownWidth > (widest.get(key)?.shownWidth ?? 0)) widest.set(key, each)
  }
  return [...widest.values()].flatMap(({ isOversized, ...oversized }) => (isOversized ? [oversized] : []))
}

function withoutPrefix(url: string, basePath: string, assetPrefix: string): string {
  const prefix = assetPrefix.replace(/\/+$/, '')
  return prefix !== '' && url.startsWith(`${prefix}/`) ? basePath + url.slice(prefix.length) : url
}
