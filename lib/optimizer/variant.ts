/** One output: made from a source, or read from an entry. */
import type { CacheEntry, CacheInput } from '../native.js'
import type { SourceHeaders } from '../source/index.js'
import { toEtag } from './etag.js'
import type { Sharing } from './freshness.js'

export interface Variant {
  readonly data: Buffer
  readonly contentType: string
  /** Quoted. */
  readonly etag: string
  /** Seconds. */
  readonly ttl: number
  readonly sharing: Sharing
  /** The original, because the engine failed: kept for a moment only, never served stale. */
  readonly isFallback: boolean
  /** Made in a hurry: a smaller one may take its place. */
  readonly isInterim: boolean
  /** What it can be purged by; the first is its source. */
  readonly tags: readonly string[]
  /** Of the source, for asking whether it has changed. */
  readonly source: Pick<SourceHeaders, 'etag' | 'lastModified' | 'cacheControl'>
  /** Milliseconds by step, where it was made for this answer. */
  readonly steps?: Steps | undefined
}

export type Steps = Readonly<Record<string, number>>
export type Draft = Omit<Variant, 'etag' | 'tags' | 'source'>

/** Seconds that a failure is remembered. */
export const FAILURE_TTL = 5

export async function toVariant(draft: Draft, tags: readonly string[], headers: SourceHeaders): Promise<Variant> {
  const { etag, lastModified, cacheControl } = headers
  return { ...draft, tags, source: { etag, lastModified, cacheControl }, etag: await toEtag(draft.data) }
}

export function toEntry({ data, contentType, etag, ttl, tags, ...rest }: Variant, storedAt: number): CacheInput {
  return { data, contentType, etag, ttl, tags, storedAt, meta: toMeta(rest) }
}

export function fromEntry({ data, contentType, etag, ttl, tags, meta }: CacheEntry): Variant {
  const { isFallback, isInterim, source, sharing } = meta === '{}' || meta === '' ? NOTHING_SAID : parseMeta(meta)
  return { data, contentType, etag, ttl, tags, isFallback, isInterim, source, sharing }
}

/** What an entry cannot say by its own fields. */
interface Meta extends Pick<SourceHeaders, 'etag' | 'lastModified' | 'cacheControl'> {
  readonly isFallback?: true
  readonly isInterim?: true
  readonly isPrivate?: true
}

function toMeta({ isFallback, isInterim, sharing, source }: Said): string {
  return JSON.stringify({
    ...source,
    ...(isFallback ? { isFallback } : {}),
    ...(isInterim ? { isInterim } : {}),
    ...(sharing === 'private' ? { isPrivate: true } : {}),
  })
}

type Said = Pick<Variant, 'isFallback' | 'isInterim' | 'sharing' | 'source'>

/** By almost every entry of a local file. */
const NOTHING_SAID: Said = { isFallback: false, isInterim: false, sharing: 'public', source: {} }

function parseMeta(text: string): Said {
  const { isFallback = false, isInterim = false, isPrivate = false, ...source } = readMeta(text)
  return { isFallback, isInterim, sharing: isPrivate ? 'private' : 'public', source }
}

function readMeta(text: string): Meta {
  try {
    return JSON.parse(text) as Meta
  } catch {
    return {}
  }
}
