/** How long a variant is fresh, and who may keep it: from the upstream's `Cache-Control`. Pure; the time is a parameter. */

/** Upstreams that forbid sharing are answered, never stored. */
const UNSHARED = /(?:^|,)\s*(?:private|no-store)\s*(?:=|,|$)/i

export function isShareable(cacheControl: string | undefined): boolean {
  return cacheControl === undefined || !UNSHARED.test(cacheControl)
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
