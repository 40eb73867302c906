/**
 * The outcome as one JSON document, for programs. `schema` grows when a field changes its meaning or goes; new fields come without notice.
 * What a source, a variant and the rest have in it is in `outcome.ts`.
 */
import { isPixmillError } from '../../errors.js'
import type { ExportOutcome, Oversized, SourceOutcome } from '../outcome.js'
import { computeTotals, type Totals } from './totals.js'

export const SCHEMA = 1

export interface ExportDocument {
  readonly schema: typeof SCHEMA
  readonly isFailed: false
  readonly output: string
  readonly seconds: number
  readonly peakLentBytes: number
  readonly totals: Totals
  readonly sources: readonly SourceOutcome[]
  readonly oversized: readonly Oversized[]
}

/** The run ended early; what it had written is there. */
export interface FailureDocument {
  readonly schema: typeof SCHEMA
  readonly isFailed: true
  readonly error: { readonly code: string; readonly message: string }
}

export function toDocument(outcome: ExportOutcome): ExportDocument {
  return {
    schema: SCHEMA,
    isFailed: false,
    output: outcome.output,
    seconds: outcome.seconds,
    peakLentBytes: outcome.peakLentBytes,
    totals: computeTotals(outcome),
    sources: outcome.sources,
    oversized: outcome.oversized,
  }
}

export function toFailureDocument(error: unknown): FailureDocument {
  const code = isPixmillError(error) ? error.code : 'ERR_INTERNAL'
  return { schema: SCHEMA, isFailed: true, error: { code, message: toMessage(error) } }
}

export function toMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
