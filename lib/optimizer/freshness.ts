/** How long a variant is fresh, and who may keep it: from the upstream's `Cache-Control`. Pure; the time is a parameter. */

/**
 * `public`: for everybody. `private`: kept for requests with the same forwarded headers, and sent to be kept by nobody else. `none`: sent to who
 * asked, and not kept.
 */
export type Sharing = 'public' | 'private' | 'none'

const PRIVATE = /(?:^|,)\s*private\s*(?:=|,|$)/i
/** RFC 9111, 1.2.2. */
const MAX_SECONDS = 2 ** 31
const NO_STORE = /(?:^|,)\s*no-store\s*(?:=|,|$)/i

/** `isPersonal`: the source has seen headers of the client, which are in the key. */
export function resolveSharing(cacheControl: string | undefined, isPersonal: boolean): Sharing {
  if (cacheControl !== undefined && NO_STORE.test(cacheControl)) return 'none'
  if (isPersonal) return 'private'
  return cacheControl !== undefined && PRIVATE.test(cacheControl) ? 'none' : 'public'
}

/** Seconds: `s-maxage`, else `max-age`, but at least `minimumSeconds`. */
export function resolveTtl(cacheControl: string | undefined, minimumSeconds: number): number {
  const text = readDirective(cacheControl, 's-maxage') || readDirective(cacheControl, 'max-age') || ''
  return Math.max(minimumSeconds, toSeconds(text))
}

export function isFresh(staleAt: number, now: number): boolean {
  return now < staleAt
}

/** Of several, the first (RFC 9111, 4.2.1). */
function readDirective(cacheControl: string | undefined, name: string): string | undefined {
  const directives = cacheControl?.split(',').map((directive) => directive.trim().split('=', 2)) ?? []
  return directives.find(([key]) => key?.toLowerCase() === name)?.[1]
}

/** What is no number is stale at once; what no cache can count to is the longest that RFC 9111 knows. */
function toSeconds(text: string): number {
  const seconds = Number.parseInt(text.replace(/^"(.*)"$/, '$1'), 10)
  if (Number.isNaN(seconds)) return 0
  return Number.isSafeInteger(seconds) ? seconds : MAX_SECONDS
}
