/** All that is known about a bench run, in the form in which `--json` writes it. */
import type { DuelOptions, Failure, Sample } from './duel.js'
import type { Machine } from './machine.js'
import type { Picture, Skipped } from './pictures.js'
import type { Row } from './summary.js'

export interface Report {
  /** ISO 8601. */
  readonly date: string
  readonly machine: Machine
  /** Of everything that makes pixels. Without sharp, null. */
  readonly versions: {
    readonly pixmill: Readonly<Record<string, string>>
    readonly sharp: Readonly<Record<string, string>> | null
  }
  /** `since start`: the system cannot forget a peak, so each is the highest so far. */
  readonly peakMemory: 'per variant' | 'since start'
  readonly options: DuelOptions
  readonly pictures: readonly Picture[]
  readonly skipped: readonly Skipped[]
  readonly rows: readonly Row[]
  readonly totals: readonly Row[]
  readonly failures: readonly Failure[]
  readonly samples: readonly Sample[]
}
