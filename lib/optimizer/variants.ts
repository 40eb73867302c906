/** A variant by its key: from the cache, from a flight, or made. Stale ones are served while they are made anew behind. */
import type { Cache, CacheEntry } from '../native.js'
import { createFlights } from './flights.js'
import { isFresh } from './freshness.js'
import type { CacheState } from './headers.js'
import { createRefreshes, type RefreshesOptions } from './refreshes.js'
import { createSecondPhase, type Improve, type SecondPhaseOptions } from './second-phase.js'
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
  /** Makes a smaller one; null where that is not wanted, or cannot be done later. */
  readonly improve: Improve | null
  /** Told of what goes on behind the answer, so that the platform does not stop it. */
  waitUntil(work: Promise<unknown>): void
}

export interface Variants {
  /** Synchronous: what memory holds, fresh or stale. */
  peek(key: string, recipe: Recipe): Found | null
  /** As `peek`, but looks at the disk too. */
  find(key: string, recipe: Recipe): Promise<Found | null>
  /** Finds or makes. */
  get(key: string, recipe: Recipe): Promise<Found>
  /** Resolves when everything made is stored. */
  idle(): Promise<void>
  /** As `idle`, and begins nothing more that nobody asked for. */
  close(): Promise<void>
}

export interface VariantsOptions extends Pick<RefreshesOptions, 'onRefreshFailure' | 'onRefreshed'> {
  readonly cache: Cache
  /** One that this process did not know: made, or from the disk. */
  readonly onSeen: (variant: Variant) => void
  readonly onStored: () => void
  /** What the engine is doing; null: nothing is made a second time. */
  readonly activity?: SecondPhaseOptions['activity'] | null
  readonly onImproved?: SecondPhaseOptions['onImproved']
  readonly now?: () => number
}

export function createVariants(options: VariantsOptions): Variants {
  const { cache, onRefreshFailure, onRefreshed, onSeen, onStored, now = Date.now } = options
  const { activity = null, onImproved = () => {} } = options
  const flights = createFlights<Found>()

  const store = async (key: string, variant: Variant, startedAt: number) => {
    onSeen(variant)
    if (variant.sharing !== 'none') await cache.set(key, toEntry(variant, startedAt))
    onStored()
  }
  const refreshes = createRefreshes({ cache, store, onRefreshFailure, onRefreshed, now })

  const secondPhase = activity === null ? null : createSecondPhase({ cache, activity, store, onImproved, now })

  const serve = (key: string, entry: CacheEntry, tier: 'memory' | 'disk', recipe: Recipe): Found | null => {
    const variant = fromEntry(entry)
    if (tier === 'disk') onSeen(variant)
    const { staleAt } = entry
    if (isFresh(staleAt, now())) {
      if (variant.isInterim && recipe.improve !== null) secondPhase?.note(key, variant.etag, recipe.improve)
      return { variant, state: 'HIT', tier, staleAt, isCollapsed: false }
    }
    if (variant.isFallback) return null
    refreshes.start(key, variant, recipe)
    return { variant, state: 'STALE', tier, staleAt, isCollapsed: false }
  }

  const find = async (key: string, recipe: Recipe) => {
    const found = await cache.get(key)
    return found === null ? null : serve(key, found.entry, found.tier, recipe)
  }

  const make = async ({ make }: Recipe, startedAt: number): Promise<Found> => {
    secondPhase?.giveWay()
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

  const idle = async () => {
    await Promise.all([flights.idle(), refreshes.idle()])
  }

  return {
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
    idle,
    async close() {
      await secondPhase?.close()
      await idle()
    },
  }
}

/** What was a miss for those who waited is a hit for who comes while it is being stored. */
function later(found: Found): Found {
  return found.state === 'MISS' ? { ...found, state: 'HIT', tier: 'memory' } : found
}
