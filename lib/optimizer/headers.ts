/** The headers of an answer, as Next sends them, with quoted ETags and `nosniff`. Pure. */
import type { ResolvedConfig } from '../config/index.js'
import type { ImageParams } from '../request/index.js'
import { toDisposition } from './disposition.js'
import type { Variant } from './variant.js'

export type CacheState = 'HIT' | 'STALE' | 'MISS'
export type Headers = Record<string, string>

/** Next's value for static imports: ten years. */
const IMMUTABLE = 'public, max-age=315360000, immutable'

/** What a 200 and a 304 share. */
export function toValidators(variant: Variant, { isStatic }: ImageParams, { isDev }: ResolvedConfig): Headers {
  return { Vary: 'Accept', 'Cache-Control': toCacheControl(variant, isStatic, isDev), ETag: variant.etag }
}

export function toHeaders(variant: Variant, params: ImageParams, config: ResolvedConfig, state: CacheState): Headers {
  const { contentSecurityPolicy, contentDispositionType } = config.images
  return {
    ...toValidators(variant, params, config),
    'Content-Type': variant.contentType,
    'Content-Length': String(variant.data.byteLength),
    'Content-Disposition': toDisposition(contentDispositionType, params.href, variant.contentType),
    ...(contentSecurityPolicy ? { 'Content-Security-Policy': contentSecurityPolicy } : {}),
    'X-Content-Type-Options': 'nosniff',
    'X-Nextjs-Cache': state,
  }
}

function toCacheControl({ ttl, isShared, isFallback }: Variant, isStatic: boolean, isDev: boolean): string {
  if (!isShared) return 'private, max-age=0, must-revalidate'
  // An original that stands in for a failure must not stay for ten years.
  if (isStatic && !isFallback) return IMMUTABLE
  return `public, max-age=${isDev ? 0 : ttl}, must-revalidate`
}
