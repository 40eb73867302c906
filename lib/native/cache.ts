/** The cache of the addon: memory before disk. What does not change of an entry stays on this side. */
import * as binding from '../../binding.js'
import { createBodies } from './bodies.js'
import { defined, toBuffer } from './convert.js'
import { traced, tracedSync } from './trace.js'

export type CacheStats = binding.CacheStats

export interface CacheOptions {
  /** Absent or null: memory only. */
  dir?: string | null
  maxDiskBytes: number
  maxMemoryBytes: number
}

/** A cached variant. */
export interface CacheEntry {
  data: Buffer
  contentType: string
  etag: string
  /** Milliseconds since 1970. */
  storedAt: number
  /** Seconds. */
  ttl: number
  /** `storedAt` plus `ttl`, or earlier when it was invalidated; in milliseconds since 1970. */
  staleAt: number
  /** JSON of ours. */
  meta: string
  /** The same frozen array at every hit of one entry. */
  tags: readonly string[]
}

export interface CacheInput {
  data: Uint8Array
  contentType: string
  etag: string
  ttl: number
  meta: string
  /** Non-empty, without control characters; the first is `src:<source>`. */
  tags: readonly string[]
  /** Milliseconds since 1970 at which its source was known. Absent: now. What was purged since then is not stored. */
  storedAt?: number
}

/** All of an entry that stays the same while memory holds it. */
interface Head extends Omit<CacheEntry, 'data' | 'staleAt'> {
  serial: number
  size: number
}

/** A hit of an entry that is not among them costs some microseconds more. */
const MAX_HEADS = 4096

/** Memory before disk. Trouble with the disk never rejects: it degrades to memory and is told once by `takeWarnings`. */
export class Cache {
  readonly #cache: binding.NativeCache
  readonly #bodies = createBodies()
  readonly #heads = new Map<string, Head>()

  constructor({ dir = null, maxDiskBytes, maxMemoryBytes }: CacheOptions) {
    this.#cache = tracedSync(() => new binding.NativeCache(dir, maxDiskBytes, maxMemoryBytes), Cache)
  }

  /** Synchronous. The body is copied once, into memory of its own. */
  getMemory(key: string): CacheEntry | null {
    const head = this.#heads.get(key)
    if (head === undefined) return this.#getWhole(key)
    const data = this.#bodies.take(head.size)
    const staleAt = this.#cache.copyMemory(key, head.serial, data)
    return staleAt === null ? this.#getWhole(key) : toCacheEntry(head, data, staleAt)
  }

  #getWhole(key: string): CacheEntry | null {
    const entry = this.#cache.getMemory(key)
    if (entry === null) {
      this.#heads.delete(key)
      return null
    }
    if (this.#heads.size >= MAX_HEADS) this.#heads.clear()
    const head = toHead(entry)
    this.#heads.set(key, head)
    return toCacheEntry(head, entry.data, entry.staleAt)
  }

  /** Reads and verifies; what is damaged is a miss. */
  async get(key: string): Promise<{ entry: CacheEntry; tier: 'memory' | 'disk' } | null> {
    const found = await traced(() => this.#cache.get(key), this.get)
    if (found === null) return null
    const { entry, tier } = found
    return { entry: toCacheEntry(toHead(entry), entry.data, entry.staleAt), tier }
  }

  /** In memory at once, on disk when it resolves. */
  set(key: string, { data, contentType, etag, ttl, meta, tags, storedAt }: CacheInput): Promise<void> {
    const toInput = () => defined({ data: toBuffer(data), contentType, etag, ttl, meta, tags: [...tags], storedAt })
    return traced(() => this.#cache.set(key, toInput() as binding.NativeCacheInput), this.set)
  }

  delete(key: string): Promise<void> {
    return traced(() => this.#cache.delete(key), this.delete)
  }

  /**
   * Purges (absent from now on) or invalidates (stale from now on) whatever has the tag, or whose source begins with the prefix. In force in
   * memory at once; on disk, and noticed by the other processes on the directory within half a second, when it resolves with the number of
   * entries that it hit. What is stored with a `storedAt` before it is hit as well.
   */
  expire(action: 'purge' | 'invalidate', by: 'tag' | 'prefix', value: string): Promise<number> {
    return traced(() => this.#cache.expire(action, by, value), this.expire)
  }

  /** A number that changes when entries are purged or invalidated by anyone: what was begun before may be outdated. */
  generation(): number {
    return this.#cache.generation()
  }

  stats(): CacheStats {
    return this.#cache.stats()
  }

  takeWarnings(): string[] {
    return this.#cache.takeWarnings()
  }

  /** Lets its threads end. What was asked for before is still written. */
  close(): void {
    this.#cache.close()
  }
}

function toHead({ contentType, etag, storedAt, ttl, meta, tags, serial, data }: binding.NativeCacheEntry): Head {
  const list = Object.freeze(tags === '' ? [] : tags.split('\n'))
  return { contentType, etag, storedAt, ttl, meta, tags: list, serial, size: data.length }
}

function toCacheEntry(head: Head, data: Buffer, staleAt: number): CacheEntry {
  const { contentType, etag, storedAt, ttl, meta, tags } = head
  return { data, contentType, etag, storedAt, ttl, staleAt, meta, tags }
}
