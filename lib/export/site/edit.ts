/** What a page would become, as data: found by `findSite`, carried out by `rewriteSite` for what was really written. */
import type { Base } from './address.js'
import type { CssUrl } from './css.js'
import type { Tag } from './html.js'
import type { Layout } from './layout.js'
import type { SiteFormat } from './options.js'
import type { Original } from './originals.js'

/** One picture at one width, in all formats that were asked for. */
export interface Rendition {
  readonly original: Original
  /** As the page writes it. */
  readonly reference: string
  /** Asked for; what is written may be narrower. */
  readonly width: number
  readonly descriptor: Descriptor
  readonly files: readonly RenditionFile[]
}

export interface RenditionFile {
  readonly format: SiteFormat
  /** Below the output. */
  readonly file: string
}

/** `text`: as the author wrote it. `x`: of a picture that is shown `base` pixels wide. */
export type Descriptor =
  | { readonly unit: 'text'; readonly text: string }
  | { readonly unit: 'w' }
  | { readonly unit: 'x'; readonly base: number }

/** What replaces one `src` or stands beside one `srcset`. */
export interface ImageSet {
  readonly renditions: readonly Rendition[]
  readonly base: Base
  /** The author's own `srcset`, which stays. */
  readonly isKept: boolean
  /** Null: none is needed. `natural`: as wide as the picture is. */
  readonly sizes: string | 'natural' | null
}

export interface ImageEdit {
  readonly kind: 'image'
  readonly page: string
  readonly tag: Tag
  readonly set: ImageSet
  readonly isInPicture: boolean
  /** It may be on the first screen: never made lazy. */
  readonly isEarly: boolean
  readonly layout: Layout
}

/** A `<source>` of the author's, with or without `media`. */
export interface SourceEdit {
  readonly kind: 'source'
  readonly page: string
  readonly tag: Tag
  readonly set: ImageSet
}

export interface PreloadEdit {
  readonly kind: 'preload'
  readonly page: string
  readonly tag: Tag
  /** The first that shows it. */
  readonly image: ImageEdit
}

/** One declaration, in a sheet or, with `tag`, in a `style` attribute. */
export interface StyleEdit {
  readonly kind: 'style'
  readonly page: string
  readonly base: Base
  readonly tag: Tag | null
  /** Places in the file, or in the value of the attribute. */
  readonly start: number
  readonly valueStart: number
  readonly end: number
  readonly property: string
  readonly urls: readonly { readonly at: CssUrl; readonly rendition: Rendition }[]
}

export type Edit = ImageEdit | SourceEdit | PreloadEdit | StyleEdit

/** A page that has edits, as it was when they were found. */
export interface EditedPage {
  readonly digest: string
  readonly headStart: number
  readonly hasPolicy: boolean
}

/** On what is done; `off` is the author's wish. */
export const MARK = 'data-pixmill'
/** The `src` that was there before. */
export const ORIGINAL_MARK = 'data-pixmill-src'

export function hasMark(tag: Tag, mark: 'done' | 'off'): boolean {
  return (tag.attributes.get(MARK)?.value ?? '').toLowerCase().split(/\s+/).includes(mark)
}
