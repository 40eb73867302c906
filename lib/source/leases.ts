/** One fetch for all variants that are asked at the time: who comes while a source is held shares it; the last one gives it back. */
import type { Source } from './source.js'

export interface Leases {
  /** Every source must be released once by each caller. */
  take(key: string, fetch: () => Promise<Source>): Promise<Source>
}

interface Lease {
  readonly source: Promise<Source>
  users: number
}

export function createLeases(): Leases {
  const leases = new Map<string, Lease>()

  const open = (key: string, fetch: () => Promise<Source>): Lease => {
    const lease: Lease = { source: fetch(), users: 0 }
    leases.set(key, lease)
    lease.source.catch(() => leases.delete(key))
    return lease
  }

  const giveBack = (key: string, lease: Lease, source: Source) => {
    lease.users -= 1
    if (lease.users > 0) return
    if (leases.get(key) === lease) leases.delete(key)
    source.release()
  }

  return {
    async take(key, fetch) {
      const lease = leases.get(key) ?? open(key, fetch)
      lease.users += 1
      const source = await lease.source
      let isHeld = true
      const release = () => {
        if (isHeld) giveBack(key, lease, source)
        isHeld = false
      }
      return { ...source, release }
    },
  }
}
