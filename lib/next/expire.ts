/** `purge` and `invalidate` for code that has no optimizer in hand, as a server action has none. Never loads the engine for another process's cache. */
import { createOptimizer, type Expiry, liveOptimizers, type Optimizer } from '../optimizer/index.js'
import { findInstallation, toConfigInput } from './settings.js'

/**
 * Deletes the variants of a source, of a tag, or of all sources with a prefix, in every process that shares the cache directory.
 *
 * @returns how many there were
 * @example await purge({ src: '/uploads/hero.jpg' })
 */
export function purge(what: Expiry): Promise<number> {
  return withOptimizers((optimizer) => optimizer.purge(what))
}

/** Marks variants stale: each is sent a last time, while its source is asked whether it has changed. Otherwise as `purge`. */
export function invalidate(what: Expiry): Promise<number> {
  return withOptimizers((optimizer) => optimizer.invalidate(what))
}

async function withOptimizers(expire: (optimizer: Optimizer) => Promise<number>): Promise<number> {
  const live = [...liveOptimizers<Optimizer>()]
  if (live.length === 0) return withOwn(expire)
  const counts = await Promise.all(live.map(expire))
  return counts.reduce((sum, count) => sum + count, 0)
}

/** No picture was asked for in this process yet: the directory is reached all the same. */
async function withOwn(expire: (optimizer: Optimizer) => Promise<number>): Promise<number> {
  const optimizer = createOptimizer(toConfigInput(findInstallation()))
  try {
    return await expire(optimizer)
  } finally {
    await optimizer.close()
  }
}
