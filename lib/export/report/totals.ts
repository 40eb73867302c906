/** Sums over the outcome of a run. Plain arithmetic, and the one place that says what a saving is. */
import type { ExportOutcome, SourceOutcome } from '../outcome.js'

export interface Totals {
  /** Sources, by what became of them. */
  readonly pictures: number
  readonly optimized: number
  readonly original: number
  readonly missing: number
  /** Of those that are not optimized: with which something is wrong. */
  readonly faults: number
  /** Files that stand in the output. */
  readonly variants: number
  readonly made: number
  readonly reused: number
  readonly removed: number
  /** Of the originals that are there, once each. */
  readonly originalBytes: number
  /** Of each source's heaviest variant: the most that a browser loads of it. */
  readonly heaviestBytes: number
  /** Of all variants: what the pictures take on the server. */
  readonly variantBytes: number
  /** Files that are larger than a page can show, once each. */
  readonly oversized: number
}

export function computeTotals({ sources, oversized, removed }: ExportOutcome): Totals {
  const variants = sources.flatMap((source) => source.variants)
  const reused = variants.filter(({ isReused }) => isReused).length
  const withStatus = (status: SourceOutcome['status']) => sources.filter((source) => source.status === status).length
  const savings = sources.flatMap((source) => toSaving(source) ?? [])
  return {
    pictures: sources.length,
    optimized: withStatus('optimized'),
    original: withStatus('original'),
    missing: withStatus('missing'),
    faults: sources.filter(({ isFault }) => isFault).length,
    variants: variants.length,
    made: variants.length - reused,
    reused,
    removed,
    originalBytes: sum(savings.map(({ before }) => before)),
    heaviestBytes: sum(savings.map(({ after }) => after)),
    variantBytes: sum(variants.map(({ bytes }) => bytes)),
    oversized: new Set(oversized.map(({ url }) => url)).size,
  }
}

export interface Saving {
  readonly source: string
  /** Bytes of the original. */
  readonly before: number
  /** Bytes of its heaviest variant, whatever its width and format: no browser saves less. */
  readonly after: number
}

/** Null where there is no original, or nothing was to be made of it. */
export function toSaving({ source, bytes, variants }: SourceOutcome): Saving | null {
  if (bytes === null || variants.length === 0) return null
  return { source, before: bytes, after: variants.reduce((most, variant) => Math.max(most, variant.bytes), 0) }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
