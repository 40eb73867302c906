/** Which file of an `<img>` a screen with two device pixels a CSS pixel loads, and how many pixels it can show of it. Pure. */
import { hasMark } from '../site/edit.js'
import type { PageImage, Tag } from '../site/html.js'
import { parseSrcset, type SrcsetCandidate, toDensity, toWidth } from '../site/srcset.js'
import { toShownWidth } from './sizes.js'

export interface Pick {
  /** Device pixels. */
  readonly shownWidth: number
  /** What a browser may load, by the formats that it knows: the first that can be measured tells. */
  readonly urls: readonly string[]
  /** There were several widths to choose from. */
  readonly isFromSet: boolean
}

export const DENSITY = 2

/** Null: nobody can say how wide it is shown, or its author wants it so. */
export function pick({ tag, sources }: PageImage): Pick | null {
  // Other pictures for other windows: which one is shown where, the attributes of the <img> do not say.
  if (hasMark(tag, 'off') || sources?.some(({ attributes }) => attributes.has('media'))) return null
  const tags = [...(sources ?? []), tag]
  const shown = toShownWidth({
    width: toValue(tag, 'width'),
    style: toValue(tag, 'style'),
    sizes: tags.map((each) => toValue(each, 'sizes')).find((sizes) => sizes !== undefined),
  })
  if (shown === null) return null
  const shownWidth = Math.ceil(DENSITY * shown)
  const urls = tags.flatMap((each) => toUrl(each, shownWidth) ?? [])
  return { shownWidth, urls, isFromSet: tags.some(({ attributes }) => attributes.has('srcset')) }
}

function toUrl(tag: Tag, shownWidth: number): string | null {
  const candidates = parseSrcset(toValue(tag, 'srcset') ?? '')
  return choose(candidates, shownWidth)?.url ?? toValue(tag, 'src') ?? null
}

/** The smallest that is enough, or else the largest. */
function choose(candidates: readonly SrcsetCandidate[], shownWidth: number): SrcsetCandidate | null {
  const measured = candidates
    .map((candidate) => ({ candidate, share: toShare(candidate, shownWidth) }))
    .sort((one, other) => one.share - other.share)
  return (measured.find(({ share }) => share >= 1) ?? measured.at(-1))?.candidate ?? null
}

/** Of the pixels that are needed, by what the descriptor says. */
function toShare({ descriptor }: SrcsetCandidate, shownWidth: number): number {
  const width = toWidth(descriptor)
  return width === null ? (toDensity(descriptor) ?? 1) / DENSITY : width / shownWidth
}

function toValue({ attributes }: Tag, name: string): string | undefined {
  return attributes.get(name)?.value
}
