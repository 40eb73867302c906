/** The headers of an answer, as Next sends them, with quoted ETags and `nosniff`. Pure. */
import type { ResolvedConfig } from '../config/index.js'
import type { ImageParams } from '../request/index.js'
import { toDisposition } from './disposition.js'
import type { Question } from './questions.js'
import type { Variant } from './variant.js'

export type CacheState = 'HIT' | 'STALE' | 'MISS'
export type Headers = Record<string, string>

/** Next's value for static imports: ten years. */
const IMMUTABLE = 'public, max-age=315360000, immutable'
/** How long a cache in front may answer while we do not: a day. */
const STALE_IF_ERROR = 86_400

/** The headers of a 200. */
export type ToHeaders = (question: Question, variant: Variant, state: CacheState) => Headers

/** Those of the last answer to each question are remembered: a hit differs from the one before in next to nothing. */
export function createHeaders(config: ResolvedConfig): ToHeaders {
  const last = new WeakMap<
    Question,
    { readonly variant: Variant; readonly state: CacheState; readonly headers: Headers }
  >()
  return (question, variant, state) => {
    const known = last.get(question)
    if (known?.state === state && isAlike(known.variant, variant)) return known.headers
    const headers = toHeaders(variant, question.params, config, state)
    // The bytes stay the cache's: they must not be kept from being freed.
    last.set(question, { variant: { ...variant, data: NO_DATA }, state, headers })
    return headers
  }
}

const NO_DATA = Buffer.alloc(0)

/** The tag stands for the bytes. */
function isAlike(one: Variant, two: Variant): boolean {
  return (
    one.etag === two.etag &&
    one.ttl === two.ttl &&
    one.sharing === two.sharing &&
    one.isFallback === two.isFallback &&
    one.contentType === two.contentType
  )
}

/** What a 304 shares with the 200. */
export function withoutContent(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !CONTENT.includes(name)))
}

const CONTENT = [
  'Content-Type',
  'Content-Length',
  'Content-Disposition',
  'Content-Security-Policy',
  'X-Content-Type-Options',
  'X-Nextjs-Cache',
]

export function toHeaders(
  variant: Variant,
  { href, isStatic }: Pick<ImageParams, 'href' | 'isStatic'>,
  config: ResolvedConfig,
  state: CacheState,
): Headers {
  const { contentSecurityPolicy, contentDispositionType } = config.images
  return {
    Vary: toVary(variant, config),
    'Cache-Control': toCacheControl(variant, isStatic, config.isDev),
    ETag: variant.etag,
    'Content-Type': variant.contentType,
    'Content-Length': String(variant.data.byteLength),
    'Content-Disposition': toDisposition(contentDispositionType, href, variant.contentType),
    ...(contentSecurityPolicy ? { 'Content-Security-Policy': contentSecurityPolicy } : {}),
    'X-Content-Type-Options': 'nosniff',
    'X-Nextjs-Cache': state,
  }
}

function toVary({ sharing }: Variant, { options }: ResolvedConfig): string {
  return sharing === 'private' ? ['Accept', ...options.forwardHeaders].join(', ') : 'Accept'
}

/**
 * `must-revalidate` is Next's, and browsers obey it. Caches in front that know the two others (nginx, Varnish, Fastly) answer with a stale picture
 * while they ask for the new one, and when we do not answer.
 */
function toCacheControl({ ttl, sharing, isFallback }: Variant, isStatic: boolean, isDev: boolean): string {
  if (sharing !== 'public') return 'private, max-age=0, must-revalidate'
  // An original that stands in for a failure must not stay for ten years.
  if (isStatic && !isFallback) return IMMUTABLE
  if (isDev) return 'public, max-age=0, must-revalidate'
  const stale = isFallback || ttl === 0 ? '' : `, stale-while-revalidate=${ttl}, stale-if-error=${STALE_IF_ERROR}`
  return `public, max-age=${ttl}, must-revalidate${stale}`
}
