/** Many variants of one source: what is asked for and what comes back. Types only. */
import type { OptimizeOptions, OptimizeResult } from './types.js'

/** One of many variants of a source; its job has the signal. */
export type VariantOptions = Omit<OptimizeOptions, 'signal'>

export interface OptimizeAllOptions {
  variants: readonly VariantOptions[]
  /** Default false. */
  placeholder?: boolean
  /** Ends the job before its next step; the promise rejects with `signal.reason`. */
  signal?: AbortSignal
}

/** What stands in for a picture until it is there. */
export interface Placeholder {
  /** A WebP of at most 8 by 8 pixels. */
  blurDataURL: string
  /** Base64. */
  thumbhash: string
  /** `#rrggbb`: what most of the picture is like; not its mean. */
  color: string
}

export interface OptimizeAllResult {
  /**
   * In the order of the request. Those whose bytes are the same are the same object, and were made once. Variants that come from one decode
   * have its time, the queue and the reading in the timings of the largest.
   */
  variants: OptimizeResult[]
  placeholder: Placeholder | null
  /** Of the source, upright. */
  width: number
  height: number
}
