/** `pixmill cache purge` and `invalidate`: puts rules on a directory, which running servers follow. Asks no server. */

import { PixmillError } from '../../errors.js'
import { Cache } from '../../native.js'
import { type Expiry, resolveExpiry } from '../../optimizer/expiry.js'
import type { CacheFlags } from '../cache.js'
import { missingError } from '../flags.js'
import type { Place } from './place.js'

type Action = 'purge' | 'invalidate'

const DONE = { purge: 'purged', invalidate: 'marked stale' } as const

export async function expire(action: Action, { dir, exists }: Place, given: CacheFlags): Promise<number> {
  const expiries = readExpiries(action, given)
  const entries = exists ? await expireIn(dir, action, expiries) : 0
  console.log(given.json ? JSON.stringify({ action, dir, entries }) : `${entries} entries ${DONE[action]} in ${dir}`)
  return 0
}

/** Exactly one of the three, since two of them could mean both or either. */
function readExpiries(action: Action, { src, tag, prefix }: CacheFlags): Expiry[] {
  const kinds = [
    src?.map((text) => ({ src: text })),
    tag?.map((text) => ({ tag: text })),
    prefix?.map((text) => ({ prefix: text })),
  ]
  const given = kinds.filter((kind) => kind !== undefined)
  const [only] = given
  const subject = `pixmill cache ${action}`
  const expected = 'one of --src, --tag and --prefix'
  if (only === undefined) throw missingError(subject, expected)
  if (given.length > 1) throw new PixmillError({ code: 'ERR_OPTION', subject, expected, received: 'several of them' })
  return only
}

async function expireIn(dir: string, action: Action, expiries: readonly Expiry[]): Promise<number> {
  // Nothing may be evicted by who only came to purge.
  const cache = new Cache({ dir, maxDiskBytes: Number.MAX_SAFE_INTEGER, maxMemoryBytes: 0 })
  try {
    let entries = 0
    for (const expiry of expiries) {
      const { by, value } = resolveExpiry(expiry)
      entries += await cache.expire(action, by, value)
    }
    const [warning] = cache.takeWarnings()
    if (warning !== undefined) throw new Error(warning)
    return entries
  } finally {
    cache.close()
  }
}
