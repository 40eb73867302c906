/** The headers of an answer, as Next sends them, with quoted ETags and `nosniff`. Pure. */
import type { ResolvedConfig } from '../config/index.js'
import type { ImageParams } from '../request/index.js'
import { toDisposition } from './disposition.js'
import type { Question } from './questions.js'
import { toSecondsLeft, toTelling } from './telling.js'
import type { Variant } from './variant.js'
import type { Found } from './variants.js'

export type CacheState = 'HIT' | 'STALE' | 'MISS'
export type Headers = Record<string, string>

/** Next's value for static imports: ten years. */
const IMMUTABLE = 'public, max-age=315360000, immutable'
/** How long a cache in front may answer while we do not: a day. */
const STALE_IF_ERROR = 86_400

/** The headers of a 200; `seconds` that the answer took. */
export type ToHeaders = (question: Question, found: Found, seconds: number) => Headers

interface Remembered {
  /** Without its bytes: they stay the cache's, and must not be kept from being freed. */
  readonly variant: Omit<Variant, 'data'>
  readonly state: CacheState
  readonly tier: Found['tier']
  readonly secondsLeft: number
  readonly headers: Headers
}

/** Those of the last hit of each question are remembered: within a second the next hit has the same. */
export function createHeaders(config: ResolvedConfig): ToHeaders {
  const last = new WeakMap<Question, Remembered>()
  return (question, found, seconds) => {
    const secondsLeft = toSecondsLeft(found)
    const known = last.get(question)
    if (known !== undefined && isAlike(known, found, secondsLeft)) return known.headers
    const { variant, state, tier } = found
    const headers = {
      ...toHeaders(variant, question.params, config, state),
      ...toTelling(found, { seconds, secondsLeft }),
    }
    const { data: _, ...rest } = variant
    if (state !== 'MISS') last.set(question, { variant: rest, state, tier, secondsLeft, headers })
    return headers
  }
}

/** The tag stands for the bytes. */
function isAlike(known: Remembered, { variant, state, tier }: Found, secondsLeft: number): boolean {
  return (
    known.secondsLeft === secondsLeft &&
    known.state === state &&
    known.tier === tier &&
    known.variant.etag === variant.etag &&
    known.variant.ttl === variant.ttl &&
    known.variant.sharing === variant.sharing &&
    known.variant.isFallback === variant.isFallback &&
    known.variant.isInterim === variant.isInterim &&
    known.variant.contentType === variant.contentType
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
    'Cache-Control': toCacheControl(variant, isStatic, config),
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
function toCacheControl(
  { ttl, sharing, isFallback, isInterim }: Variant,
  isStatic: boolean,
  { isDev, options }: ResolvedConfig,
): string {
  if (sharing !== 'public') return 'private, max-age=0, must-revalidate'
  // An original that stands in for a failure must not stay for ten years.
  // What a smaller one may replace is asked for again.
  if (isStatic && isInterim && options.twoPhase) return `public, max-age=${options.firstMaxAge}, must-revalidate`
  if (isStatic && !isFallback) return IMMUTABLE
  if (isDev) return 'public, max-age=0, must-revalidate'
  const stale = isFallback || ttl === 0 ? '' : `, stale-while-revalidate=${ttl}, stale-if-error=${STALE_IF_ERROR}`
  return `public, max-age=${ttl}, must-revalidate${stale}`
}
