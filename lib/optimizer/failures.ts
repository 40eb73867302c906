/** Sources that failed a moment ago: they are not asked again at once, for whichever width or format. Bounded; the time is a parameter. */
import { Refusal } from '../request/index.js'

export interface Failures {
  /** The failure of `source`, while it is remembered. */
  recall(source: string): Error | undefined
  /** Keeps what the source itself is to blame for. That we are busy is none of its doing. */
  remember(source: string, error: unknown): void
}

export interface FailuresOptions {
  readonly ttlSeconds: number
  readonly now?: () => number
}

const MAX_FAILURES = 1_000

export function createFailures({ ttlSeconds, now = Date.now }: FailuresOptions): Failures {
  const failures = new Map<string, { readonly error: Refusal; readonly until: number }>()

  return {
    recall(source) {
      const failure = failures.get(source)
      if (failure === undefined) return undefined
      if (now() < failure.until) return failure.error
      failures.delete(source)
      return undefined
    },
    remember(source, error) {
      if (!(error instanceof Refusal)) return
      const [oldest] = failures.keys()
      if (failures.size >= MAX_FAILURES && oldest !== undefined) failures.delete(oldest)
      failures.delete(source)
      failures.set(source, { error, until: now() + ttlSeconds * 1_000 })
    },
  }
}
