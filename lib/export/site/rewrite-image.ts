/** What an `<img>`, a `<source>` and a preload become. Pure: from an edit and what was written to splices. */
import { toAssetUrl } from './address.js'
import { type Dimensions, toDimensions } from './dimensions.js'
import { type ImageEdit, type ImageSet, MARK, ORIGINAL_MARK, type PreloadEdit, type SourceEdit } from './edit.js'
import type { Tag } from './html.js'
import { attribute, toSrcset } from './markup.js'
import { toOffer } from './offer.js'
import type { Splice } from './splice.js'
import { toSizes } from './widths.js'
import { type Choice, type Choices, chooseFormats, toDescriptor, type Written } from './written.js'

/** What the page allows. */
export interface Freedom {
  /** `width` and `height` may be added. */
  readonly hasDimensions: boolean
  /** A style of ours may be added. */
  readonly hasStyle: boolean
}

export interface ImageSplices {
  readonly splices: readonly Splice[]
  readonly files: readonly string[]
}

const NONE: ImageSplices = { splices: [], files: [] }
/** For a `src` that only old browsers load, of a picture that was much larger. */
const SRC_WIDTH = 1920

export function rewriteImage(edit: ImageEdit, written: Written, freedom: Freedom): ImageSplices {
  const offer = toOffer(edit, written, freedom.hasStyle)
  if (offer === null) return NONE
  const { tag, set } = edit
  const { isWrapped, sources, own } = offer
  const before = (isWrapped ? `<picture${attribute(MARK, 'done')}>` : '') + toSources(set, sources, written)
  const src = sources.length > 0 ? toSmallSrc(edit, own) : null
  return {
    splices: [
      ...(before === '' ? [] : [insert(tag.start, before)]),
      insert(tag.nameEnd, toAttributes(edit, own, src, written, freedom)),
      ...(src === null ? [] : [replaceSrc(edit, src)]),
      ...(isWrapped ? [insert(tag.end, '</picture>')] : []),
    ],
    files: [...sources.flatMap(({ choices }) => choices), ...own].map(({ file }) => file),
  }
}

/** The twins of a `<source>`, before it, for the same windows. */
export function rewriteSource({ tag, set }: SourceEdit, written: Written, html: string): ImageSplices {
  const formats = chooseFormats(set, written)
  if (formats.length === 0) return NONE
  const kept = ['media', 'sizes', 'width', 'height'].flatMap((name) => tag.attributes.get(name) ?? [])
  const copied = kept.map(({ start, end }) => ` ${html.slice(start, end)}`).join('')
  const text = formats.map((choices) => toSource(set, choices, copied)).join('')
  return {
    splices: [insert(tag.start, text)],
    files: formats.flatMap(({ choices }) => choices.map(({ file }) => file)),
  }
}

/** Of the first format: a browser that does not know it takes no notice of the preload. */
export function rewritePreload({ tag, image }: PreloadEdit, written: Written, { hasStyle }: Freedom): ImageSplices {
  const offer = toOffer(image, written, hasStyle)
  if (offer === null) return NONE
  const { choices, format } = offer.sources[0] ?? { choices: offer.own, format: offer.ownFormat }
  const sizes = toSizesText(image.set, written)
  const added = [
    attribute(MARK, 'done'),
    attribute('imagesrcset', toSetText(image.set, choices)),
    sizes === null ? '' : attribute('imagesizes', sizes),
    format === null ? '' : attribute('type', `image/${format}`),
  ]
  return { splices: [insert(tag.nameEnd, added.join(''))], files: [] }
}

function toSources(set: ImageSet, formats: readonly Choices[], written: Written): string {
  const sizes = toSizesText(set, written)
  return formats.map((choices) => toSource(set, choices, sizes === null ? '' : attribute('sizes', sizes))).join('')
}

function toSource(set: ImageSet, { format, choices }: Choices, more: string): string {
  return `<source${attribute(MARK, 'done')}${attribute('type', `image/${format}`)}${attribute('srcset', toSetText(set, choices))}${more}>`
}

function toSetText(set: ImageSet, choices: readonly Choice[]): string {
  return toSrcset(choices.map(({ file, descriptor }) => ({ url: toUrl(set, file), descriptor })))
}

function toUrl({ base, renditions }: ImageSet, file: string): string {
  return toAssetUrl(file, renditions[0]?.reference ?? '', base)
}

function toAttributes(
  edit: ImageEdit,
  fallback: readonly Choice[],
  src: string | null,
  written: Written,
  { hasDimensions, hasStyle }: Freedom,
): string {
  const { tag } = edit
  const size = hasDimensions ? toDimensions(edit, hasStyle) : { text: '', isFree: false }
  return [
    attribute(MARK, toMark(size)),
    src === null ? '' : attribute(ORIGINAL_MARK, tag.attributes.get('src')?.value ?? ''),
    toFallbackSet(edit, fallback, written),
    size.text,
    isLazy(edit) ? toLazy(tag) : '',
  ].join('')
}

/** With `auto`, the page's style frees the height. */
function toMark({ isFree }: Dimensions): string {
  return isFree ? 'done auto' : 'done'
}

/** With the original at its end, where its format does not become smaller. */
function toFallbackSet({ tag, set }: ImageEdit, fallback: readonly Choice[], written: Written): string {
  const last = set.renditions.at(-1)
  if (fallback.length === 0 || last === undefined) return ''
  const natural = last.original.size?.width ?? null
  const widest = Math.max(...fallback.map(({ width }) => width))
  const candidates = fallback.map(({ file, descriptor }) => ({ url: toUrl(set, file), descriptor }))
  if (natural !== null && widest < Math.min(natural, last.width) && !/[\s,]/.test(last.reference)) {
    candidates.push({ url: last.reference, descriptor: toDescriptor(last.descriptor, natural) })
  }
  const sizes = toSizesText(set, written)
  const own = tag.attributes.get('sizes')?.value.trim()
  return attribute('srcset', toSrcset(candidates)) + (sizes === null || own ? '' : attribute('sizes', sizes))
}

/** Null: `x` needs none, and neither does a set that its author wrote without. */
function toSizesText(set: ImageSet, { variants }: Written): string | null {
  if (set.sizes !== 'natural') return set.sizes
  const { original, files } = set.renditions.at(-1) ?? {}
  const width = original?.size?.width ?? variants.get(files?.[0]?.file ?? '')?.width
  return width === undefined ? '100vw' : toSizes(width)
}

/** Null: the original is not far larger than needed. */
function toSmallSrc({ tag, set }: ImageEdit, fallback: readonly Choice[]): string | null {
  const last = set.renditions.at(-1)
  const natural = last?.original.size?.width ?? 0
  const needed = last?.descriptor.unit === 'x' ? 2 * last.descriptor.base : SRC_WIDTH
  const choice = fallback.find(({ width }) => width >= needed)
  if (choice === undefined || natural < 2 * needed || !tag.attributes.has('src')) return null
  return toUrl(set, choice.file)
}

function replaceSrc({ tag }: ImageEdit, url: string): Splice {
  const { start, end } = tag.attributes.get('src') ?? { start: tag.nameEnd, end: tag.nameEnd }
  return { start, end, text: attribute('src', url).trimStart() }
}

function isLazy({ tag, isEarly }: ImageEdit): boolean {
  const priority = tag.attributes.get('fetchpriority')?.value.trim().toLowerCase()
  return !isEarly && priority !== 'high' && !tag.attributes.has('loading')
}

function toLazy({ attributes }: Tag): string {
  return attribute('loading', 'lazy') + (attributes.has('decoding') ? '' : attribute('decoding', 'async'))
}

function insert(at: number, text: string): Splice {
  return { start: at, end: at, text }
}
