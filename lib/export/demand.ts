/** What an output asks for: sources, and the variants of each. Plain data. */
import type { Format } from '../native.js'

/** One file to write. */
export interface WantedVariant {
  /** Below the output, with `/`, as on disk (nothing percent-encoded). */
  readonly file: string
  /** Pixels of the box; the picture is never enlarged. */
  readonly width: number
  /** 1 to 100. */
  readonly quality: number
  readonly format: Format
}

/** Where a source lies. */
export type Place =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'remote'; readonly url: string }
  | { readonly kind: 'missing'; readonly reason: string }

/** One source and everything that is wanted of it. */
export interface Demand {
  /** As the page names it: `/hero.jpg` or `https://host/a.jpg`. The name in messages and in the manifest. */
  readonly source: string
  readonly place: Place
  /** Files of the output that ask for it, relative: `index.html`. */
  readonly pages: readonly string[]
  readonly variants: readonly WantedVariant[]
}
