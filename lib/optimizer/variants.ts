/** A variant by its key: from the cache, from a flight, or made. Stale ones are served while they are made anew behind. */
import type { Cache, CacheEntry } from '../native.js'
import { createFlights } from './flights.js'
import { isFresh } from './freshness.js'
import type { CacheState } from './headers.js'
import { fromEntry, toMeta, type Variant } from './variant.js'

export interface Found {
  readonly variant: Variant
  readonly state: CacheState
}

export interface Variants {
  /** Synchronous: what memory holds, fresh or stale. `make` is for the refresh behind a stale one. */
  peek(key: string, make: () => Promise<Variant>): Found | null
  /** As `peek`, but looks at the disk too. */
  find(key: string, make: () => Promise<Variant>): Promise<Found | null>
  /** Finds or makes. */
  get(key: string, make: () => Promise<Variant>): Promise<Found>
  /** Resolves when everything made is stored. */
  idle(): Promise<void>
}

export interface VariantsOptions {
  readonly cache: Cache
  /** A refresh that failed; the stale variant stays. */
  readonly onRefreshFailure: (error: unknown) => void
  readonly onStored: () => void
  readonly now?: () => number
}

/** After a refresh failed, the next one waits: a dead upstream is not asked at every hit. */
const REFRESH_PAUSE_MS = 10_000
const MAX_PAUSES = 1_000

export function createVariants({ cache, onRefreshFailure, onStored, now = Date.now }: VariantsOptions): Variants {
  const flights = createFlights<Found>()
  const refreshes = createFlights<Variant>()
  const pauses = new Map<string, number>()

  const store = async (key: string, variant: Variant) => {
    if (variant.isShared) await cache.set(key, { ...variant, meta: toMeta(variant) })
    onStored()
  }

  const refresh = (key: string, make: () => Promise<Variant>) => {
    if (refreshes.get(key) !== undefined || (pauses.get(key) ?? 0) > now()) return
    refreshes
      .start(key, make, (variant) => store(key, variant))
      .result.then(
        () => pauses.delete(key),
        (error: unknown) => {
          if (pauses.size >= MAX_PAUSES) pauses.clear()
          pauses.set(key, now() + REFRESH_PAUSE_MS)
          onRefreshFailure(error)
        },
      )
  }

  const serve = (key: string, entry: CacheEntry | null | undefined, make: () => Promise<Variant>): Found | null => {
    if (entry === null || entry === undefined) return null
    const variant = fromEntry(entry)
    if (isFresh(entry.staleAt, now())) return { variant, state: 'HIT' }
    if (variant.isFallback) return null
    refresh(key, make)
    return { variant, state: 'STALE' }
  }

  const find = async (key: string, make: () => Promise<Variant>) => serve(key, (await cache.get(key))?.entry, make)

  const findOrMake = async (key: string, make: () => Promise<Variant>): Promise<Found> =>
    (await find(key, make)) ?? { variant: await make(), state: 'MISS' }

  return {
    peek: (key, make) => serve(key, cache.getMemory(key), make),
    find,
    async get(key, make) {
      const flight = flights.get(key)
      if (flight?.hasResult) return later(await flight.result)
      const landing = async ({ variant, state }: Found) => {
        if (state === 'MISS') await store(key, variant)
      }
      return (flight ?? flights.start(key, () => findOrMake(key, make), landing)).result
    },
    async idle() {
      await Promise.all([flights.idle(), refreshes.idle()])
    },
  }
}

/** What was a miss for those who waited is a hit for who comes while it is being stored. */
function later({ variant, state }: Found): Found {
  return { variant, state: state === 'MISS' ? 'HIT' : state }
}
