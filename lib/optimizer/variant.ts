/** One output: made from a source, or read from an entry. */
import type { CacheEntry } from '../native.js'
import { toEtag } from './etag.js'

export interface Variant {
  readonly data: Buffer
  readonly contentType: string
  /** Quoted. */
  readonly etag: string
  /** Seconds. */
  readonly ttl: number
  /** Whether it may be stored and sent to others. */
  readonly isShared: boolean
  /** The original, because the engine failed: kept for a moment only, never served stale. */
  readonly isFallback: boolean
}

export type Draft = Omit<Variant, 'etag'>

/** Seconds that a failure is remembered. */
export const FALLBACK_TTL = 10

export async function toVariant(draft: Draft): Promise<Variant> {
  return { ...draft, etag: await toEtag(draft.data) }
}

/** What an entry cannot say by its own fields. */
export function toMeta({ isFallback }: Variant): string {
  return JSON.stringify(isFallback ? { isFallback } : {})
}

export function fromEntry({ data, contentType, etag, ttl, meta }: CacheEntry): Variant {
  return { data, contentType, etag, ttl, isShared: true, isFallback: readsFallback(meta) }
}

/** Almost every entry says nothing. */
function readsFallback(meta: string): boolean {
  if (meta === '{}' || meta === '') return false
  try {
    return JSON.parse(meta).isFallback === true
  } catch {
    return false
  }
}
