/** Which files the tags of one picture offer, and whether a `<picture>` goes around it. Pure. */
import type { ImageEdit } from './edit.js'
import type { SiteFormat } from './options.js'
import { toOwnFormat } from './renditions.js'
import { type Choice, type Choices, chooseFallback, chooseFormats, type Written } from './written.js'

export interface Offer {
  readonly isWrapped: boolean
  /** One `<source>` each. */
  readonly sources: readonly Choices[]
  /** Of the `<img>` itself. */
  readonly own: readonly Choice[]
  readonly ownFormat: SiteFormat | null
}

/** Null: there is nothing to gain. `hasStyle`: the page may have the rules that make a `<picture>` no box. */
export function toOffer({ set, isInPicture, layout }: ImageEdit, written: Written, hasStyle: boolean): Offer | null {
  const formats = chooseFormats(set, written)
  const isWrapped = !isInPicture && layout.mayWrap && hasStyle && formats.length > 0
  const sources = isWrapped || isInPicture ? formats : []
  // Without sources that is WebP, which all browsers know that are younger than 2020.
  const webp = isWrapped || isInPicture || set.isKept ? undefined : formats.find(({ format }) => format === 'webp')
  const own = webp?.choices ?? (set.isKept ? [] : chooseFallback(set, written))
  const first = set.renditions[0]
  const ownFormat = webp?.format ?? (first === undefined ? null : toOwnFormat(first.original))
  return sources.length === 0 && own.length === 0 ? null : { isWrapped, sources, own, ownFormat }
}
