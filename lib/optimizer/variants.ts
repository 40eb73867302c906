/** A variant by its key: from the cache, from a flight, or made. Stale ones are served while they are made anew behind. */
import type { Cache, CacheEntry } from '../native.js'
import { Refusal } from '../request/index.js'
import { createFlights } from './flights.js'
import { isFresh } from './freshness.js'
import type { CacheState } from './headers.js'
import type { Observer } from './observer.js'
import { fromEntry, toEntry, type Variant } from './variant.js'

export interface Found {
  readonly variant: Variant
  readonly state: CacheState
  /** Null: from no tier, it was made. */
  readonly tier: 'memory' | 'disk' | null
  /** Milliseconds since 1970. */
  readonly staleAt: number
  /** Another request had it made. */
  readonly isCollapsed: boolean
}

/** How a variant is made when there is none, or none that is fresh. */
export interface Recipe {
  /** `known` is the stale one: if its source has not changed, the result is the same bytes with a new lifetime. */
  make(known: Variant | null): Promise<Variant>
  /** Told of what goes on behind the answer, so that the platform does not stop it. */
  waitUntil(work: Promise<unknown>): void
}

export interface Variants {
  /** Synchronous: what memory holds, fresh. */
  peekFresh(key: string): Found | null
  /** Synchronous: what memory holds, fresh or stale. */
  peek(key: string, recipe: Recipe): Found | null
  /** As `peek`, but looks at the disk too. */
  find(key: string, recipe: Recipe): Promise<Found | null>
  /** Finds or makes. */
  get(key: string, recipe: Recipe): Promise<Found>
  /** Resolves when everything made is stored. */
  idle(): Promise<void>
}

export interface VariantsOptions {
  readonly cache: Cache
  /** A refresh that failed; the stale variant stays. */
  readonly onRefreshFailure: (variant: Variant, error: unknown) => void
  readonly onRefreshed: Observer['refreshed']
  /** One that this process did not know: made, or from the disk. */
  readonly onSeen: (variant: Variant) => void
  readonly onStored: () => void
  readonly now?: () => number
}

/** After a refresh failed, the next one waits: a dead upstream is not asked at every hit. */
const REFRESH_PAUSE_MS = 10_000
const MAX_PAUSES = 1_000
/** The source's host says that it is no more; any other failure is trouble that may pass. */
const GONE = [404, 410]

export function createVariants(options: VariantsOptions): Variants {
  const { cache, onRefreshFailure, onRefreshed, onSeen, onStored, now = Date.now } = options
  const flights = createFlights<Found>()
  const refreshes = createFlights<Variant>()
  const pauses = new Map<string, number>()

  const store = async (key: string, variant: Variant, startedAt: number) => {
    onSeen(variant)
    if (variant.sharing !== 'none') await cache.set(key, toEntry(variant, startedAt))
    onStored()
  }

  const pause = (key: string) => {
    if (pauses.size >= MAX_PAUSES) pauses.clear()
    pauses.set(key, now() + REFRESH_PAUSE_MS)
  }

  /** A stand-in for a failure is no better than the stale one, and what may no longer be kept must not stay. */
  const replace = async (key: string, variant: Variant, startedAt: number) => {
    if (variant.isFallback) return pause(key)
    pauses.delete(key)
    if (variant.sharing === 'none') await cache.delete(key)
    else await store(key, variant, startedAt)
  }

  const refresh = (key: string, stale: Variant, { make, waitUntil }: Recipe) => {
    const generation = cache.generation()
    if (refreshes.get(key, generation) !== undefined || (pauses.get(key) ?? 0) > now()) return
    const startedAt = now()
    const landing = (variant: Variant) => replace(key, variant, startedAt)
    const flight = refreshes.start(key, generation, () => make(stale), landing)
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
  }

  const serve = (key: string, entry: CacheEntry, tier: 'memory' | 'disk', recipe: Recipe): Found | null => {
    const variant = fromEntry(entry)
    if (tier === 'disk') onSeen(variant)
    const found = { variant, tier, staleAt: entry.staleAt, isCollapsed: false }
    if (isFresh(entry.staleAt, now())) return { ...found, state: 'HIT' }
    if (variant.isFallback) return null
    refresh(key, variant, recipe)
    return { ...found, state: 'STALE' }
  }

  const find = async (key: string, recipe: Recipe) => {
    const found = await cache.get(key)
    return found === null ? null : serve(key, found.entry, found.tier, recipe)
  }

  const make = async ({ make }: Recipe, startedAt: number): Promise<Found> => {
    const variant = await make(null)
    return { variant, state: 'MISS', tier: null, staleAt: startedAt + variant.ttl * 1_000, isCollapsed: false }
  }

  const start = (key: string, generation: number, recipe: Recipe) => {
    const startedAt = now()
    const landing = async ({ variant, state }: Found) => {
      if (state === 'MISS') await store(key, variant, startedAt)
    }
    const compute = async () => (await find(key, recipe)) ?? make(recipe, startedAt)
    const flight = flights.start(key, generation, compute, landing)
    recipe.waitUntil(flight.landed)
    return flight
  }

  return {
    peekFresh(key) {
      const entry = cache.getMemory(key)
      if (entry === null || !isFresh(entry.staleAt, now())) return null
      return { variant: fromEntry(entry), state: 'HIT', tier: 'memory', staleAt: entry.staleAt, isCollapsed: false }
    },
    peek(key, recipe) {
      const entry = cache.getMemory(key)
      return entry === null ? null : serve(key, entry, 'memory', recipe)
    },
    find,
    async get(key, recipe) {
      const generation = cache.generation()
      const flight = flights.get(key, generation)
      if (flight === undefined) return start(key, generation, recipe).result
      return flight.hasResult ? later(await flight.result) : { ...(await flight.result), isCollapsed: true }
    },
    async idle() {
      await Promise.all([flights.idle(), refreshes.idle()])
    },
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Refusal && GONE.includes(error.status)
}

/** What was a miss for those who waited is a hit for who comes while it is being stored. */
function later(found: Found): Found {
  return found.state === 'MISS' ? { ...found, state: 'HIT', tier: 'memory' } : found
}
