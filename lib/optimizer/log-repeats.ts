/** The same thing told again within a moment is counted, and told once more with the count. Bounded; knows no text. */

/** Calls later; keeps no process alive. */
export type Schedule = (call: () => void) => void

export interface Repeats {
  /** Calls `tell` at once, or counts. `repeated`: how often it was counted since; absent the first time. */
  tell(key: string, tell: (repeated: number | undefined) => void): void
}

const WINDOW_MS = 10_000
const MAX_KEYS = 1_000

const afterWindow: Schedule = (call) => void setTimeout(call, WINDOW_MS).unref()

export function createRepeats(schedule: Schedule = afterWindow): Repeats {
  const counts = new Map<string, number>()

  return {
    tell(key, tell) {
      const count = counts.get(key)
      if (count !== undefined) return void counts.set(key, count + 1)
      tell(undefined)
      if (counts.size >= MAX_KEYS) return
      counts.set(key, 0)
      schedule(() => {
        const repeated = counts.get(key) ?? 0
        counts.delete(key)
        if (repeated > 0) tell(repeated)
      })
    },
  }
}
