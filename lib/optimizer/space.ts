/** How much of the disk and of memory the cache may take. */
import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import type { ResolvedConfig } from '../config/index.js'
import type { CacheOptions } from '../native.js'

/** Where the free space cannot be told. */
const DEFAULT_DISK_BYTES = 1024 ** 3
/** A disk that is full when the server starts need not stay so, and no bytes at all would mean that nobody wants a directory. */
const MIN_DISK_BYTES = 16 * 1024 ** 2
/** Memory tier: an eighth of the budget, inside these bounds. */
const MIN_MEMORY_BYTES = 8 * 1024 ** 2
const MAX_MEMORY_BYTES = 64 * 1024 ** 2

export function resolveCacheOptions({ images, options }: ResolvedConfig, budgetBytes: number): CacheOptions {
  const maxMemoryBytes = Math.min(Math.max(Math.floor(budgetBytes / 8), MIN_MEMORY_BYTES), MAX_MEMORY_BYTES)
  const maxDiskBytes = images.maximumDiskCacheSize ?? Math.max(halfOfFreeSpace(options.cacheDir), MIN_DISK_BYTES)
  return { dir: maxDiskBytes === 0 ? null : options.cacheDir, maxDiskBytes, maxMemoryBytes }
}

/** As Next. The directory need not exist yet. */
function halfOfFreeSpace(dir: string): number {
  try {
    const { bavail, bsize } = statfsSync(dir)
    return Math.floor((bavail * bsize) / 2)
  } catch {
    const parent = dirname(dir)
    return parent === dir ? DEFAULT_DISK_BYTES : halfOfFreeSpace(parent)
  }
}
