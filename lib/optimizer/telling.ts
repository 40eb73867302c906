/** What an answer tells about itself: `Cache-Status` (RFC 9211) and `Server-Timing`. Nothing depends on it. */
import type { Headers } from './headers.js'
import type { Steps } from './variant.js'
import type { Found } from './variants.js'

export interface Moment {
  /** That the answer took. */
  readonly seconds: number
  /** Until it is stale; negative when it is. */
  readonly secondsLeft: number
}

export function toTelling(found: Found, { seconds, secondsLeft }: Moment): Headers {
  return { 'Cache-Status': toCacheStatus(found, secondsLeft), 'Server-Timing': toServerTiming(found, seconds) }
}

/** `time` in milliseconds since 1970. */
export function toSecondsLeft({ staleAt }: Pick<Found, 'staleAt'>, time = Date.now()): number {
  return Math.floor((staleAt - time) / 1_000)
}

function toCacheStatus({ state, tier, isCollapsed, variant }: Found, secondsLeft: number): string {
  if (state !== 'MISS') return `pixmill; hit; ttl=${secondsLeft}${tier === null ? '' : `; detail=${tier}`}`
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
