/** Shows progress while it lasts: a line that is rewritten, lines of a log, or nothing. Needs no timer. */
import type { Progress } from '../outcome.js'
import { formatLine, formatStep } from './progress.js'

export interface Meter {
  show(progress: Progress): void
  /** Leaves the terminal as it was before. */
  clear(): void
}

export interface MeterOptions {
  readonly write: (text: string) => void
  readonly columns: number
  /** Milliseconds. */
  readonly now: () => number
}

const CLEAR = '\r\x1b[K'
/** Faster than this nobody reads, and slow terminals would hold up the run. */
const INTERVAL_MS = 100
const STEPS = 10

export const SILENT: Meter = { show() {}, clear() {} }

export function createLiveMeter({ write, columns, now }: MeterOptions): Meter {
  const start = now()
  let last = Number.NEGATIVE_INFINITY
  return {
    show(progress) {
      const time = now()
      if (time - last < INTERVAL_MS && progress.done < progress.total) return
      last = time
      // A terminal wraps in its last column, and a line that has wrapped cannot be rewritten.
      write(CLEAR + formatLine(progress, time - start, columns - 1))
    },
    clear() {
      if (last !== Number.NEGATIVE_INFINITY) write(CLEAR)
      last = Number.NEGATIVE_INFINITY
    },
  }
}

/** A line at each tenth of the way that was reached, the last included. */
export function createStepMeter({ write }: Pick<MeterOptions, 'write'>): Meter {
  let reached = 0
  return {
    show(progress) {
      const step = progress.total === 0 ? 0 : Math.floor((progress.done / progress.total) * STEPS)
      if (step <= reached) return
      reached = step
      write(`${formatStep(progress)}\n`)
    },
    clear() {},
  }
}
