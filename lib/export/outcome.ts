/** What became of a run: plain data, for the terminal, for JSON and for the manifest. */
import type { Format } from '../native.js'

/**
 * `optimized`: all its variants were rendered. `original`: its own bytes are shipped under their names, for the reason given. `missing`: there
 * are no bytes to ship.
 */
export type Status = 'optimized' | 'original' | 'missing'

export interface VariantOutcome {
  /** Below the output, with `/`. */
  readonly file: string
  readonly format: Format | 'original'
  /** Pixels; of an original that could not be read, 0. */
  readonly width: number
  readonly height: number
  readonly bytes: number
  /** SHA-256 of the bytes, in hex. */
  readonly hash: string
  /** It was there already, or came from the store: nothing was encoded. */
  readonly isReused: boolean
}

export interface SourceOutcome {
  /** As the page names it. */
  readonly source: string
  /** Files of the output that ask for it. */
  readonly pages: readonly string[]
  readonly status: Status
  /** Why it is not `optimized`. */
  readonly reason: string | null
  /** Something is wrong with it: what a strict run fails for. An animation that is shipped as it is, is none. */
  readonly isFault: boolean
  /** Of the original; null where it is missing. */
  readonly bytes: number | null
  /** SHA-256 of the original, in hex; null where it is missing. */
  readonly hash: string | null
  readonly variants: readonly VariantOutcome[]
  readonly placeholder: Placeholder | null
}

export interface Placeholder {
  readonly blurDataURL: string
  /** Base64. */
  readonly thumbhash: string
  /** `#rrggbb`. */
  readonly color: string
}

/** A picture of which more pixels are shipped than the page can show. */
export interface Oversized {
  readonly page: string
  /** The URL as the page has it. */
  readonly url: string
  readonly shippedWidth: number
  /** The widest that it is shown, in pixels of a screen with two device pixels a CSS pixel. */
  readonly shownWidth: number
  /** Of the shipped file. */
  readonly bytes: number
}

export interface ExportOutcome extends RunOutcome {
  readonly oversized: readonly Oversized[]
}

/** The same before anybody has looked at what the pages show. */
export interface RunOutcome {
  /** Absolute. */
  readonly output: string
  readonly sources: readonly SourceOutcome[]
  /** Variants that an earlier run wrote and nobody asks for any more. */
  readonly removed: number
  readonly seconds: number
  /** Of the engine's budget. */
  readonly peakLentBytes: number
}

export interface Progress {
  /** Sources. */
  readonly done: number
  readonly total: number
  /** Variants written or reused so far. */
  readonly variants: number
  /** Of the originals that are done, once for each of their variants, and of the variants. */
  readonly originalBytes: number
  readonly bytes: number
  /** The source that has just ended. */
  readonly source: string
}
