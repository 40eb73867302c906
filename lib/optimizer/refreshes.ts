/** What goes on behind a stale answer: the variant is made anew, or found to hold still. One at a time for each key; after a failure the next one waits. */
import type { Cache } from '../native.js'
import { Refusal } from '../request/index.js'
import { createFlights } from './flights.js'
import type { Observer } from './observer.js'
import type { Variant } from './variant.js'
import type { Recipe } from './variants.js'

export interface Refreshes {
  start(key: string, stale: Variant, recipe: Recipe): void
  /** Resolves when none is under way. */
  idle(): Promise<void>
}

export interface RefreshesOptions {
  readonly cache: Pick<Cache, 'generation' | 'delete'>
  readonly store: (key: string, variant: Variant, startedAt: number) => Promise<void>
  /** A refresh that failed; the stale variant stays. */
  readonly onRefreshFailure: (variant: Variant, error: unknown) => void
  readonly onRefreshed: Observer['refreshed']
  readonly now: () => number
}

/** A dead upstream is not asked at every hit. */
const PAUSE_MS = 10_000
const MAX_PAUSES = 1_000
/** The source's host says that it is no more; any other failure is trouble that may pass. */
const GONE = [404, 410]

export function createRefreshes(options: RefreshesOptions): Refreshes {
  const { cache, store, onRefreshFailure, onRefreshed, now } = options
  const flights = createFlights<Variant>()
  const pauses = new Map<string, number>()

  const pause = (key: string) => {
    if (pauses.size >= MAX_PAUSES) pauses.clear()
    pauses.set(key, now() + PAUSE_MS)
  }

  /** A stand-in for a failure is no better than the stale one, and what may no longer be kept must not stay. */
  const replace = async (key: string, variant: Variant, startedAt: number) => {
    if (variant.isFallback) return pause(key)
    pauses.delete(key)
    if (variant.sharing === 'none') await cache.delete(key)
    else await store(key, variant, startedAt)
  }

  return {
    start(key, stale, { make, waitUntil }) {
      const generation = cache.generation()
      if (flights.get(key, generation) !== undefined || (pauses.get(key) ?? 0) > now()) return
      const startedAt = now()
      const landing = (variant: Variant) => replace(key, variant, startedAt)
      const flight = flights.start(key, generation, () => make(stale), landing)
      waitUntil(flight.landed)
      flight.result.then(
        (variant) => onRefreshed(variant.data === stale.data ? 'renewed' : 'replaced'),
        (error: unknown) => {
          if (isGone(error)) waitUntil(cache.delete(key))
          pause(key)
          onRefreshed('failed')
          onRefreshFailure(stale, error)
        },
      )
    },
    idle: flights.idle,
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Refusal && GONE.includes(error.status)
}
