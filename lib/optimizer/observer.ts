/** What happens inside, told to whoever counts it. Carries no data of a client and decides nothing. */
import type { Format, Timings } from '../native.js'
import type { CacheState } from './headers.js'

export interface Answered {
  readonly status: number
  /** Null: no entry was looked for, as in a refusal. */
  readonly state: CacheState | null
  /** Where a `HIT` or `STALE` was found. */
  readonly tier: 'memory' | 'disk' | null
  readonly seconds: number
}

export interface Fetched {
  readonly seconds: number
  /** Of the last hop; null where none came. */
  readonly status: number | null
}

export interface Observer {
  answered(event: Answered): void
  /** One job of the engine, in milliseconds by step. */
  encoded(timings: Timings, format: Format): void
  /** A source that came from another host or from the application. */
  fetched(event: Fetched): void
  /** What became of a stale entry behind its answer: kept with a new time, made anew, or left as it was. */
  refreshed(outcome: 'renewed' | 'replaced' | 'failed'): void
  /** What became of a second phase: fewer bytes, the same ones, or nothing. */
  improved(outcome: 'replaced' | 'kept' | 'failed', savedBytes: number): void
  /** `ERR_...`, or `HTTP_...` with the status that a refusal gave. */
  failed(code: string): void
}
