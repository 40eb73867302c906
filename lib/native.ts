/**
 * The only import of the native addon. Adds what the boundary cannot: the caller's stack on errors, `AbortSignal`, and checks of types
 * (numbers are checked once, in Rust). Decides nothing.
 */
import * as binding from '../binding.js'
import { type Complaint, optionError, PixmillError } from './errors.js'
import type { OptimizeAllOptions, OptimizeAllResult, Placeholder } from './native/batch.js'

export type { OptimizeAllOptions, OptimizeAllResult, Placeholder, VariantOptions } from './native/batch.js'

/** The formats that pixmill writes. */
export type Format = 'avif' | 'webp' | 'jpeg' | 'png' | 'gif'

/** The formats that pixmill recognizes. */
export type SourceFormat = Format | 'tiff' | 'bmp' | 'ico' | 'icns' | 'heic' | 'jxl' | 'jp2' | 'svg' | 'pdf' | 'pic'

/** A picture: its bytes, or the path of its file. The bytes must not change until the promise settles. */
export type Source = Uint8Array | string

export interface OptimizeOptions {
  /** Width of the box, 1 to 16384 pixels. Absent: as the height decides. */
  width?: number
  /** Height of the box, 1 to 16384 pixels. Absent: as the width decides. */
  height?: number
  /** How the picture fits the box; it is never enlarged. Default `inside`. */
  fit?: 'inside' | 'cover' | 'contain' | 'fill'
  /** 1 to 100, default 75. PNG and GIF take no notice of it. */
  quality?: number
  /** Default `auto`: the source's format, or its nearest that is written. */
  format?: Format | 'auto'
  /** Default `balanced`. */
  speed?: 'fast' | 'balanced' | 'small'
  /** @internal Lets a job that is above the memory budget as AVIF answer as WebP. */
  mayChangeFormat?: boolean
  /** Ends the job before its next step; the promise rejects with `signal.reason`. */
  signal?: AbortSignal
}

/** Milliseconds of each step of a job. */
export interface Timings {
  queue: number
  read: number
  decode: number
  resize: number
  encode: number
  total: number
}

export interface OptimizeResult {
  data: Buffer
  format: Format
  width: number
  height: number
  timings: Timings
}

/** What the headers of a picture say; no pixel is decoded. */
export interface Probe {
  format: SourceFormat
  /** As stored, in pixels: orientations 5 to 8 swap the sides when the picture is shown. */
  width: number
  height: number
  /** Exif orientation, 1 to 8. */
  orientation: number
  hasAlpha: boolean
  isAnimated: boolean
  frames: number
}

export interface Sniffed {
  format: SourceFormat
  mime: string
  isAnimated: boolean
}

export type EngineStats = binding.EngineStats
export type CacheStats = binding.CacheStats

export interface EngineOptions {
  /** Bytes that all jobs and originals together may take. Default: a quarter of the container's memory, at most 512 MiB. */
  memory?: number
  /** Worker threads. Default: the processors that the container may use. */
  threads?: number
}

const defined = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T

/** Bytes on loan from an engine's budget for an original that is being read. */
export class Permit {
  readonly #permit: binding.NativePermit

  private constructor(permit: binding.NativePermit) {
    this.#permit = permit
  }

  /** @internal */
  static of(permit: binding.NativePermit): Permit {
    return new Permit(permit)
  }

  /** @internal */
  get native(): binding.NativePermit {
    return this.#permit
  }

  get bytes(): number {
    return this.#permit.bytes
  }

  /** Waits until the budget can lend `toBytes` in all; rejects with `ERR_BUSY` or `ERR_LIMIT`. */
  grow(toBytes: number): Promise<void> {
    return traced(() => this.#permit.grow(toBytes), this.grow)
  }

  /** Gives the bytes back, once; later calls do nothing. */
  release(): void {
    this.#permit.release()
  }
}

/** One memory budget, one queue, and the threads that work it off. Several may exist. */
export class Engine {
  readonly #engine: binding.NativeEngine

  constructor(options: EngineOptions = {}) {
    this.#engine = tracedSync(() => new binding.NativeEngine(numbers(options, ['memory', 'threads'])), Engine)
  }

  /** Makes one variant. With `permit`, the bytes of the source are covered by it; it stays the caller's to release. */
  optimize(source: Source, options: OptimizeOptions = {}, permit?: Permit): Promise<OptimizeResult> {
    return cancellable(
      options.signal,
      (cancel) =>
        this.#engine.optimize(toNativeSource(source), toNativeOptions(options), cancel, permit?.native ?? null),
      this.optimize,
    ) as Promise<OptimizeResult>
  }

  /**
   * Makes many variants of one source, which is read and decoded once; each has the bytes that `optimize` gives. One job, one thread. One
   * that fails fails all.
   */
  async optimizeAll(source: Source, options: OptimizeAllOptions, permit?: Permit): Promise<OptimizeAllResult> {
    const native = toNativeBatch(options)
    const batch = await cancellable(
      options.signal,
      (cancel) => this.#engine.optimizeAll(toNativeSource(source), native, cancel, permit?.native ?? null),
      this.optimizeAll,
    )
    return toOptimizeAllResult(batch)
  }

  /** As `optimizeAll` gives it, without a variant. */
  async placeholder(
    source: Source,
    options: { signal?: AbortSignal } = {},
    permit?: Permit,
  ): Promise<Placeholder & { width: number; height: number }> {
    const batch = await cancellable(
      options.signal,
      (cancel) => this.#engine.optimizeAll(toNativeSource(source), PLACEHOLDER_ONLY, cancel, permit?.native ?? null),
      this.placeholder,
    )
    if (batch.placeholder === null) throw new TypeError('the addon made no placeholder')
    return { width: batch.width, height: batch.height, ...toPlaceholder(batch.placeholder) }
  }

  /** Borrows `bytes` of the budget, in order of arrival. */
  async reserve(bytes: number, signal?: AbortSignal): Promise<Permit> {
    return Permit.of(await cancellable(signal, (cancel) => this.#engine.reserve(bytes, cancel), this.reserve))
  }

  stats(): EngineStats {
    return this.#engine.stats()
  }

  configure(options: EngineOptions): void {
    tracedSync(() => this.#engine.configure(numbers(options, ['memory', 'threads'])), this.configure)
  }
}

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

/** Small bodies share a piece of memory: a fresh one for each costs as much as the copy. A slow client keeps no more alive than this. */
const SLAB_BYTES = 64 * 1024
const SMALL_BYTES = 16 * 1024

function createBodies() {
  let slab = Buffer.allocUnsafeSlow(SLAB_BYTES)
  let used = 0
  return {
    /** Never handed out twice. */
    take(size: number): Buffer {
      if (size > SMALL_BYTES) return Buffer.allocUnsafe(size)
      if (used + size > SLAB_BYTES) {
        slab = Buffer.allocUnsafeSlow(SLAB_BYTES)
        used = 0
      }
      used += size
      return slab.subarray(used - size, used)
    },
  }
}

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

/** Reads the headers of a picture. Synchronous; of a file only what the headers need is read. */
export function probe(source: Source): Probe {
  return tracedSync(() => binding.probe(toNativeSource(source)), probe) as Probe
}

/** Tells the format from the magic bytes alone. */
export function sniff(data: Uint8Array): Sniffed | null {
  return binding.sniff(toBuffer(data)) as Sniffed | null
}

/**
 * The element of `formats` that the `Accept` header wants most, or null. Wildcards never select; q-values win, then the order of `formats`.
 * An element is a MIME type (`image/avif`) or its short name (`avif`).
 */
export function negotiate(accept: string | null | undefined, formats: readonly string[]): string | null {
  if (accept !== null && accept !== undefined && typeof accept !== 'string') {
    throw optionError('accept', 'a string', accept)
  }
  if (!Array.isArray(formats)) throw optionError('formats', 'an array of strings', formats)
  return tracedSync(() => binding.negotiate(accept ?? null, [...formats]), negotiate)
}

/** SHA-256, in hex, of the length-prefixed fields, salted with the version of the engine. */
export function cacheKey(fields: readonly (string | number | null)[]): string {
  return binding.cacheKey([...fields])
}

function toBuffer(data: Uint8Array): Buffer {
  return Buffer.isBuffer(data) ? data : Buffer.from(data.buffer, data.byteOffset, data.byteLength)
}

function toNativeSource(source: Source): Buffer | string {
  if (typeof source === 'string') return source
  if (source instanceof Uint8Array) return toBuffer(source)
  throw optionError('source', 'a Buffer or the path of a file', source)
}

/** `whole` is what errors call the options where they are a part of something: `variants[1]`. */
function toNativeOptions(options: OptimizeOptions, whole?: string): binding.NativeOptimizeOptions {
  if (typeof options !== 'object' || options === null) throw optionError(whole ?? 'options', 'an object', options)
  for (const name of ['fit', 'format', 'speed'] as const) {
    if (options[name] !== undefined && typeof options[name] !== 'string')
      throw optionError(within(whole, name), 'a string', options[name])
  }
  const { signal: _, ...native } = numbers(options, ['width', 'height', 'quality'], whole)
  return native as binding.NativeOptimizeOptions
}

const PLACEHOLDER_ONLY: binding.NativeBatchOptions = { variants: [], placeholder: true }

function toNativeBatch(options: OptimizeAllOptions): binding.NativeBatchOptions {
  if (typeof options !== 'object' || options === null) throw optionError('options', 'an object', options)
  const { variants, placeholder = false } = options
  if (!Array.isArray(variants)) throw optionError('variants', 'an array', variants)
  if (typeof placeholder !== 'boolean') throw optionError('placeholder', 'true or false', placeholder)
  return { variants: variants.map((variant, index) => toNativeOptions(variant, `variants[${index}]`)), placeholder }
}

function toOptimizeAllResult({ outputs, places, placeholder, width, height }: binding.NativeBatch): OptimizeAllResult {
  const variants = places.map((place) => outputs[place] as OptimizeResult)
  return { variants, placeholder: placeholder === null ? null : toPlaceholder(placeholder), width, height }
}

function toPlaceholder({ blur, thumbhash, color }: binding.NativePlaceholder): Placeholder {
  const blurDataURL = `data:image/webp;base64,${blur.toString('base64')}`
  return { blurDataURL, thumbhash: thumbhash.toString('base64'), color }
}

/** Rust coerces what is no number: such values end here. */
function numbers<T extends object>(options: T, names: readonly (keyof T & string)[], whole?: string): T {
  for (const name of names) {
    const value = options[name]
    if (value !== undefined && typeof value !== 'number') throw optionError(within(whole, name), 'a number', value)
  }
  return defined(options)
}

const within = (whole: string | undefined, name: string) => (whole === undefined ? name : `${whole}.${name}`)

/** Runs `start` with a token that the signal cancels. */
function cancellable<T>(
  signal: AbortSignal | undefined,
  start: (cancel: binding.CancelToken | null) => Promise<T>,
  caller: unknown,
): Promise<T> {
  if (signal === undefined) return traced(() => start(null), caller)
  if (!(signal instanceof AbortSignal)) return Promise.reject(optionError('signal', 'an AbortSignal', signal))
  if (signal.aborted) return Promise.reject(signal.reason)
  const cancel = new binding.CancelToken()
  const onAbort = () => cancel.cancel()
  signal.addEventListener('abort', onAbort, { once: true })
  return traced(() => start(cancel), caller)
    .catch((error) => {
      throw signal.aborted && error.code === 'ERR_CANCELLED' ? signal.reason : error
    })
    .finally(() => signal.removeEventListener('abort', onAbort))
}

/** A promise whose rejection is a `PixmillError` with the caller's stack. */
function traced<T>(start: () => Promise<T>, caller: unknown): Promise<T> {
  const trace: { stack?: string } = {}
  Error.captureStackTrace(trace, caller as (...args: never) => unknown)
  const rethrow = (error: unknown): never => {
    throw toPixmillError(error, trace.stack)
  }
  try {
    return start().catch(rethrow)
  } catch (error) {
    return Promise.reject(toPixmillError(error, trace.stack))
  }
}

function tracedSync<T>(run: () => T, caller: unknown): T {
  try {
    return run()
  } catch (error) {
    const trace: { stack?: string } = {}
    Error.captureStackTrace(trace, caller as (...args: never) => unknown)
    throw toPixmillError(error, trace.stack)
  }
}

function toPixmillError(error: unknown, stack: string | undefined): unknown {
  if (error instanceof PixmillError || !isComplaint(error)) return error
  const ours = new PixmillError(error)
  const frames = stack?.split('\n').slice(1).join('\n')
  if (frames) ours.stack = `${ours.name}: ${ours.message}\n${frames}`
  return ours
}

function isComplaint(error: unknown): error is Complaint {
  return typeof error === 'object' && error !== null && 'subject' in error && 'expected' in error && 'code' in error
}
