/**
 * The original bytes, as files: local ones where they lie, remote ones fetched once into the cache directory and asked again by their
 * validators. What pages name is trusted: whoever builds them could as well fetch it by hand.
 */
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { RemoteRules } from '../request/index.js'
import { Refusal } from '../request/index.js'
import { createOpenAgent, fetchRemote, type Lender, type Validators } from '../source/index.js'
import type { Place } from './demand.js'
import { hash, readJson, statOrNull, writeWhole } from './files.js'
import type { Hashes } from './hashes.js'

/** Bytes that can be read by path. */
export interface Original {
  readonly path: string
  /** SHA-256, in hex. */
  readonly hash: string
  readonly bytes: number
}

/** Why there is none. */
export interface Absent {
  readonly reason: string
}

export interface Originals {
  find(place: Place): Promise<Original | Absent>
  close(): Promise<void>
}

export interface OriginalsOptions {
  /** Where remote ones are kept. */
  readonly folder: string
  readonly hashes: Hashes
  readonly lender: Lender
  readonly signal: AbortSignal | undefined
}

/** What is kept beside the bytes of a remote original. */
interface Kept extends Validators {
  readonly url: string
  readonly hash: string
  readonly bytes: number
}

const ANY_URL = { protocol: undefined, hostname: /.*/, port: undefined, pathname: /.*/, search: undefined }
const ANY_HOST: RemoteRules = { domains: [], remotePatterns: [ANY_URL] }
const MAX_BYTES = 512 * 1024 * 1024
const MAX_REDIRECTS = 5
const TOTAL_MS = 60_000
/** Between attempts. A host that is restarted is back after some seconds. */
const DELAYS_MS = [500, 2_000]

export function createOriginals({ folder, hashes, lender, signal }: OriginalsOptions): Originals {
  const agent = createOpenAgent()
  const remote = { agent, lender, rules: ANY_HOST, maxRedirects: MAX_REDIRECTS, maxBytes: MAX_BYTES, totalMs: TOTAL_MS }

  const toPaths = (url: string) => {
    const path = join(folder, hash(url))
    return { path, kept: `${path}.json` }
  }

  const findRemote = async (url: string): Promise<Original | Absent> => {
    const { path, kept } = toPaths(url)
    const copy = await findCopy(path, await readJson<Kept>(kept))
    try {
      const source = await attempt(() => fetchRemote(url, { ...remote, validators: copy?.validators ?? {} }), signal)
      try {
        if (source.isUnchanged && copy !== null) return copy.original
        const data = await source.read()
        const original = { path, hash: hash(data), bytes: data.byteLength }
        await writeWhole(path, data)
        const { etag, lastModified } = source.headers
        const record: Kept = { url, hash: original.hash, bytes: original.bytes, etag, lastModified }
        await writeWhole(kept, JSON.stringify(record))
        return original
      } finally {
        source.release()
      }
    } catch (error) {
      // A host that is down takes no picture away that is here; one that says that there is none does.
      if (copy !== null && isPassing(error)) return copy.original
      return { reason: toReason(error) }
    }
  }

  return {
    async find(place) {
      if (place.kind === 'missing') return { reason: place.reason }
      if (place.kind === 'remote') return findRemote(place.url)
      const stats = await statOrNull(place.path)
      if (stats === null) return { reason: 'no such file' }
      return { path: place.path, hash: await hashes.of(place.path), bytes: stats.size }
    },
    async close() {
      await agent.destroy()
    },
  }
}

async function findCopy(path: string, kept: Kept | null) {
  const stats = await statOrNull(path)
  if (kept === null || stats?.size !== kept.bytes) return null
  const validators: Validators = { etag: kept.etag, lastModified: kept.lastModified }
  return { original: { path, hash: kept.hash, bytes: kept.bytes }, validators }
}

async function attempt<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  for (const pause of DELAYS_MS) {
    try {
      return await work()
    } catch (error) {
      signal?.throwIfAborted()
      if (!isPassing(error)) throw error
      await delay(pause, undefined, signal === undefined ? {} : { signal })
    }
  }
  return work()
}

/** Whether another attempt may end otherwise: network, overload, and faults of the upstream. */
function isPassing(error: unknown): boolean {
  return !(error instanceof Refusal) || error.status >= 500 || error.status === 429 || error.status === 408
}

function toReason(error: unknown): string {
  if (!(error instanceof Refusal)) return error instanceof Error ? error.message : String(error)
  if (error.status === 413) return `more than ${MAX_BYTES} bytes`
  if (error.status === 504) return `no answer within ${TOTAL_MS / 1000} s`
  if (error.cause instanceof Error) return describeCause(error.cause)
  return `the host answers ${error.status}`
}

function describeCause(cause: Error): string {
  const inner = cause instanceof AggregateError ? cause.errors[0] : cause
  return inner instanceof Error && inner.message !== '' ? inner.message : cause.message || cause.name
}
