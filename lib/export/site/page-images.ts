/** The pictures in the tags of a page: `<img>`, `<picture>` and their preloads, with what is wanted of each. Changes nothing. */
import type { Base } from './address.js'
import { hasMark, type ImageEdit, type ImageSet, ORIGINAL_MARK, type PreloadEdit, type SourceEdit } from './edit.js'
import type { Page, PageImage, Tag } from './html.js'
import { type LayoutRules, toLayout } from './layout.js'
import type { Use } from './renditions.js'
import { findUse, type Scope } from './scope.js'
import { parseSrcset, toWidth } from './srcset.js'
import { decideWidths } from './widths.js'

export type TagEdit = ImageEdit | SourceEdit | PreloadEdit

/** A page that is being read. */
export interface OpenPage {
  readonly name: string
  readonly page: Page
  readonly base: Base
  /** Of every sheet of the site, and of the page's own. */
  readonly layoutRules: readonly LayoutRules[]
}

/** The first pictures of a page are probably seen at once. */
const EARLY = 3

export async function readPageImages(scope: Scope, open: OpenPage): Promise<TagEdit[]> {
  const preloaded = await findPreloaded(scope, open)
  const edits: TagEdit[] = []
  for (const [at, image] of open.page.images.entries()) {
    edits.push(...(await readImage(scope, open, image, at < EARLY, preloaded)))
  }
  return [...edits, ...toPreloadEdits(open, edits, preloaded)]
}

async function readImage(
  scope: Scope,
  open: OpenPage,
  image: PageImage,
  isFirst: boolean,
  preloaded: ReadonlyMap<string, Tag>,
): Promise<TagEdit[]> {
  const { tag, sources } = image
  const tags = [tag, ...(sources ?? [])]
  if (isPixel(tag) || tags.some((each) => hasMark(each, 'off'))) return []
  if (tags.some((each) => hasMark(each, 'done'))) return meetAll(scope, open, tags)
  // Who wrote modern formats by hand, or whose generator did, needs none of ours.
  if (sources?.some(isModern)) return []
  const edits: TagEdit[] = []
  for (const source of sources ?? []) {
    const set = await toKeptSet(scope, open, source)
    if (set !== null) edits.push({ kind: 'source', page: open.name, tag: source, set })
  }
  const set = tag.attributes.has('srcset') ? await toKeptSet(scope, open, tag) : await toOwnSet(scope, open, tag)
  if (set !== null) edits.push(toImageEdit(open, image, set, isFirst, preloaded))
  return edits
}

function toImageEdit(
  { name, layoutRules }: OpenPage,
  { tag, sources, identity, around }: PageImage,
  set: ImageSet,
  isFirst: boolean,
  preloaded: ReadonlyMap<string, Tag>,
): ImageEdit {
  const isEarly = isFirst || set.renditions.some(({ original }) => preloaded.has(original.source))
  const layout = toLayout(identity, around, layoutRules)
  return { kind: 'image', page: name, tag, set, isInPicture: sources !== null, isEarly, layout }
}

/** Of what an earlier run did, every URL counts as wanted. */
async function meetAll(scope: Scope, { base, name }: OpenPage, tags: readonly Tag[]): Promise<[]> {
  const references = tags.flatMap(({ attributes }) => [
    attributes.get('src')?.value ?? '',
    attributes.get(ORIGINAL_MARK)?.value ?? '',
    ...parseSrcset(attributes.get('srcset')?.value ?? '').map(({ url }) => url),
  ])
  for (const reference of references) await findUse(scope, reference, base, name)
  return []
}

/** Counts visits: to fetch it would be one. */
function isPixel({ attributes }: Tag): boolean {
  return ['width', 'height'].every((name) => /^\s*[01]\s*(px)?\s*$/.test(attributes.get(name)?.value ?? ''))
}

function isModern({ attributes }: Tag): boolean {
  return /^image\/(avif|webp|jxl)$/i.test(attributes.get('type')?.value.trim() ?? '')
}

/** For an `<img>` without `srcset`. */
async function toOwnSet(scope: Scope, { base, name }: OpenPage, tag: Tag): Promise<ImageSet | null> {
  const use = await findUse(scope, tag.attributes.get('src')?.value ?? '', base, name)
  if (use === null) return null
  const { widths, descriptor, sizes } = decideWidths(tag, use.original, scope.options.widths)
  const renditions = scope.renditions.all(use, widths, descriptor)
  for (const rendition of renditions) scope.ledger.want(rendition, name)
  return { renditions, base, isKept: false, sizes }
}

/** The author's widths, in other formats. One that cannot be rendered would leave a hole: then none is. */
async function toKeptSet(scope: Scope, { base, name }: OpenPage, { attributes }: Tag): Promise<ImageSet | null> {
  const candidates = parseSrcset(attributes.get('srcset')?.value ?? '')
  const uses: { use: Use; text: string }[] = []
  for (const { url, descriptor } of candidates) {
    const use = await findUse(scope, url, base, name)
    if (use !== null) uses.push({ use, text: descriptor })
  }
  if (uses.length === 0 || uses.length < candidates.length) return null
  const widest = scope.options.widths.at(-1) ?? 1
  const renditions = uses.map(({ use, text }) => {
    const width = Math.min(use.original.size?.width ?? toWidth(text) ?? widest, 16_384)
    return scope.renditions.beside(use, width, { unit: 'text', text })
  })
  for (const rendition of renditions) scope.ledger.want(rendition, name)
  return { renditions, base, isKept: true, sizes: attributes.get('sizes')?.value.trim() || null }
}

/** By their source. A preload with a set of its own is the author's affair. */
async function findPreloaded(scope: Scope, { page, base, name }: OpenPage): Promise<Map<string, Tag>> {
  const found = new Map<string, Tag>()
  for (const tag of page.preloads) {
    if (hasMark(tag, 'off') || tag.attributes.has('imagesrcset')) {
      await meetPreload(scope, tag, base, name)
      continue
    }
    const use = await findUse(scope, tag.attributes.get('href')?.value ?? '', base, name)
    if (use !== null) found.set(use.original.source, tag)
  }
  return found
}

async function meetPreload(scope: Scope, tag: Tag, base: Base, name: string): Promise<void> {
  if (!hasMark(tag, 'done')) return
  for (const { url } of parseSrcset(tag.attributes.get('imagesrcset')?.value ?? ''))
    await findUse(scope, url, base, name)
}

/** The original would be loaded beside the variant that the picture then shows. */
function toPreloadEdits(
  { name }: OpenPage,
  edits: readonly TagEdit[],
  preloaded: ReadonlyMap<string, Tag>,
): PreloadEdit[] {
  const waiting = new Map(preloaded)
  return edits.flatMap((edit) => {
    if (edit.kind !== 'image' || edit.set.isKept) return []
    const source = edit.set.renditions[0]?.original.source ?? ''
    const tag = waiting.get(source)
    waiting.delete(source)
    return tag === undefined ? [] : [{ kind: 'preload', page: name, tag, image: edit }]
  })
}
