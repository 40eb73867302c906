/**
 * AVIF twice: what was made in a hurry and is asked for again is made anew, smaller, while the engine has nothing else to do. One at a time. Nobody
 * waits for it, and it gives way to who does.
 */
import type { Cache, CacheEntry, EngineStats } from '../native.js'
import type { Observer } from './observer.js'
import { fromEntry, type Variant } from './variant.js'

/** Makes the smaller one. Rejects when the signal says so. */
export type Improve = (signal: AbortSignal) => Promise<Variant>

export interface SecondPhase {
  /** An interim variant was a hit. */
  note(key: string, etag: string, improve: Improve): void
  /** Something is to be made that somebody waits for. */
  giveWay(): void
  /** Takes nothing more, and resolves when nothing is under way. */
  close(): Promise<void>
}

export type Activity = Pick<EngineStats, 'queued' | 'running' | 'completed' | 'failed' | 'busy' | 'cancelled'>

export interface SecondPhaseOptions {
  readonly cache: Pick<Cache, 'getMemory' | 'get'>
  readonly activity: () => Activity
  readonly store: (key: string, variant: Variant, startedAt: number) => Promise<void>
  readonly onImproved: Observer['improved']
  readonly now: () => number
}

interface Candidate {
  readonly etag: string
  readonly improve: Improve
  hits: number
}

/** A page's pictures come in bursts: a pause within one is no rest. */
const QUIET_MS = 2_000
const LOOK_EVERY_MS = 1_000
/** More are not remembered; those that are hot are asked for again. */
const MAX_CANDIDATES = 1_000

export function createSecondPhase(options: SecondPhaseOptions): SecondPhase {
  const { activity, now } = options
  const candidates = new Map<string, Candidate>()
  const quiet = createQuiet(activity, now)
  let timer: NodeJS.Timeout | undefined
  let current: AbortController | undefined
  let work: Promise<void> | undefined
  let isClosed = false

  const improveOne = async (key: string, candidate: Candidate) => {
    current = new AbortController()
    const { signal } = current
    candidates.delete(key)
    try {
      await replace(key, candidate, signal, options)
    } catch {
      if (signal.aborted && !isClosed) candidates.set(key, candidate)
      else options.onImproved('failed', 0)
    }
    current = undefined
    quiet.forgive()
  }

  const improveAll = async () => {
    while (quiet.isNow()) {
      const hottest = findHottest(candidates)
      if (hottest === undefined) break
      await improveOne(...hottest)
    }
  }

  const look = () => {
    if (candidates.size === 0) {
      clearInterval(timer)
      timer = undefined
    } else {
      work ??= improveAll().finally(() => {
        work = undefined
      })
    }
  }

  return {
    note(key, etag, improve) {
      const known = candidates.get(key)
      if (known?.etag === etag) known.hits++
      else if (!isClosed && (known !== undefined || candidates.size < MAX_CANDIDATES)) {
        candidates.set(key, { etag, improve, hits: 1 })
        timer ??= setInterval(look, LOOK_EVERY_MS).unref()
      }
    },
    giveWay() {
      quiet.disturb()
      current?.abort()
    },
    async close() {
      isClosed = true
      candidates.clear()
      clearInterval(timer)
      current?.abort()
      await work
    },
  }
}

function findHottest(candidates: ReadonlyMap<string, Candidate>): [string, Candidate] | undefined {
  let hottest: [string, Candidate] | undefined
  for (const entry of candidates) if (entry[1].hits > (hottest?.[1].hits ?? 0)) hottest = entry
  return hottest
}

/** Only what is still there is replaced, and only by fewer bytes; else it is what it will be. */
async function replace(
  key: string,
  { etag, improve }: Candidate,
  signal: AbortSignal,
  { cache, store, onImproved, now }: SecondPhaseOptions,
): Promise<void> {
  const startedAt = now()
  const improved = await improve(signal)
  const entry = await find(key, cache)
  if (entry?.etag !== etag || improved.isFallback) return
  const known = fromEntry(entry)
  const saved = known.data.byteLength - improved.data.byteLength
  if (saved > 0 && improved.contentType === known.contentType) {
    await store(key, { ...improved, isInterim: false }, startedAt)
    onImproved('replaced', saved)
  } else {
    await store(key, { ...known, isInterim: false }, entry.storedAt)
    onImproved('kept', 0)
  }
}

/** Memory is asked again: what was stored meanwhile is there. */
async function find(key: string, cache: SecondPhaseOptions['cache']): Promise<CacheEntry | undefined> {
  const stored = cache.getMemory(key) ?? (await cache.get(key))?.entry
  return cache.getMemory(key) ?? stored
}

/** Whether nothing was asked of the engine for a while, but for what is forgiven. */
function createQuiet(activity: () => Activity, now: () => number) {
  let since = now()
  let count = Number.NaN
  const look = () => {
    const { queued, running, completed, failed, busy, cancelled } = activity()
    const ended = completed + failed + busy + cancelled
    if (queued + running > 0 || ended !== count) since = now()
    count = ended
  }
  return {
    isNow() {
      look()
      return now() - since >= QUIET_MS
    },
    disturb() {
      since = now()
    },
    /** Own work is no disturbance. */
    forgive() {
      const before = since
      look()
      since = before
    },
  }
}
