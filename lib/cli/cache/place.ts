/** Which directory the entries lie in, found as `pixmill serve` finds it. Creates nothing. */
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Environment, resolveConfig } from '../../config/index.js'
import { optionError } from '../../errors.js'
import type { CacheFlags } from '../cache.js'
import { resolveInput, withoutFlags } from '../serve/input.js'

export interface Place {
  readonly dir: string
  /** A server that has stored nothing yet has created nothing. */
  readonly exists: boolean
}

export async function resolveCacheDir(given: CacheFlags, env: Environment): Promise<Place> {
  const dir = resolveConfig(await resolveInput(given), withoutFlags(env)).options.cacheDir
  const exists = await isDirectory(dir)
  // A directory in the middle of nowhere is a mistake in its name.
  if (!exists && !(await isDirectory(dirname(dir)))) throw optionError('--cache-dir', 'the directory of a cache', dir)
  return { dir, exists }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    return false
  }
}
