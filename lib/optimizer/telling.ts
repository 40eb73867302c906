/** What an answer tells about itself: `Cache-Status` (RFC 9211) and `Server-Timing`. Nothing depends on it. */
import type { Headers } from './headers.js'
import type { Steps } from './variant.js'
import type { Found } from './variants.js'

/** `seconds` that the answer took; `time` in milliseconds since 1970. */
export function toTelling(found: Found, seconds: number, time = Date.now()): Headers {
  return { 'Cache-Status': toCacheStatus(found, time), 'Server-Timing': toServerTiming(found, seconds) }
}

function toCacheStatus({ state, tier, staleAt, isCollapsed, variant }: Found, time: number): string {
  if (state !== 'MISS') {
    const detail = tier === null ? '' : `; detail=${tier}`
    return `pixmill; hit; ttl=${Math.floor((staleAt - time) / 1_000)}${detail}`
  }
  const stored = variant.sharing === 'none' ? '' : '; stored'
  return `pixmill; fwd=miss${stored}${isCollapsed ? '; collapsed' : ''}`
}

/** A hit takes less than can be told here. */
function toServerTiming({ state, tier, variant }: Found, seconds: number): string {
  if (state !== 'MISS') return tier === 'disk' ? `pixmill;desc="${state} disk"` : `pixmill;desc="${state} memory"`
  const whole = `pixmill;desc="MISS";dur=${(seconds * 1_000).toFixed(2)}`
  return variant.steps === undefined ? whole : `${whole}, ${toMetrics(variant.steps)}`
}

/** Of who had it made; who waited for it sees the same steps. */
function toMetrics(steps: Steps): string {
  return Object.entries(steps)
    .map(([name, milliseconds]) => `${name};dur=${milliseconds.toFixed(2)}`)
    .join(', ')
}
