/** How long a variant is fresh, and who may keep it: from the upstream's `Cache-Control`. Pure; the time is a parameter. */

/**
 * `public`: for everybody. `private`: kept for requests with the same forwarded headers, and sent to be kept by nobody else. `none`: sent to who
 * asked, and not kept.
 */
export type Sharing = 'public' | 'private' | 'none'

const PRIVATE = /(?:^|,)\s*private\s*(?:=|,|$)/i
const NO_STORE = /(?:^|,)\s*no-store\s*(?:=|,|$)/i

/** `isPersonal`: the source has seen headers of the client, which are in the key. */
export function resolveSharing(cacheControl: string | undefined, isPersonal: boolean): Sharing {
  if (cacheControl !== undefined && NO_STORE.test(cacheControl)) return 'none'
  if (isPersonal) return 'private'
  return cacheControl !== undefined && PRIVATE.test(cacheControl) ? 'none' : 'public'
}

/** Seconds: `s-maxage`, else `max-age`, but at least `minimumSeconds`. */
export function resolveTtl(cacheControl: string | undefined, minimumSeconds: number): number {
  return Math.max(minimumSeconds, readSeconds(cacheControl, 's-maxage') ?? readSeconds(cacheControl, 'max-age') ?? 0)
}

export function isFresh(staleAt: number, now: number): boolean {
  return now < staleAt
}

function readSeconds(cacheControl: string | undefined, name: string): number | undefined {
  if (cacheControl === undefined) return undefined
  for (const directive of cacheControl.split(',')) {
    const [key = '', value = ''] = directive.trim().split('=', 2)
    if (key.trim().toLowerCase() !== name) continue
    const seconds = Number.parseInt(value.trim().replace(/^"|"$/g, ''), 10)
    if (seconds >= 0) return seconds
  }
  return undefined
}
