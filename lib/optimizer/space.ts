/** How much of the disk and of memory the cache may take. */
import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import type { ResolvedConfig } from '../config/index.js'
import type { CacheOptions } from '../native.js'

/** Where the free space cannot be told. */
const DEFAULT_DISK_BYTES = 1024 ** 3
/** A disk that is full when the server starts need not stay so, and no bytes at all would mean that nobody wants a directory. */
const MIN_DISK_BYTES = 16 * 1024 ** 2
/** The memory tier's share of what was promised, and the most that it is of use: entries lie on the disk as well. */
const TIER_SHARE = 1 / 16
/** What answers take that are being stored and sent, until the collector comes by: 7 to 15 MB while 64 visitors ask for new variants (`npm run bench:load`). */
const ANSWERS_SHARE = 1 / 16
const MAX_SHARE_BYTES = 64 * 1024 ** 2
/** The engine takes no smaller budget. */
const MIN_JOB_BYTES = 1024 ** 2

/** What is promised holds for all of it: what variants in memory and answers on their way may take, jobs and originals may not. */
export function splitMemory(promisedBytes: number): { tierBytes: number; jobBytes: number } {
  const share = (part: number, rest: number) =>
    Math.min(Math.floor(promisedBytes * part), MAX_SHARE_BYTES, rest - MIN_JOB_BYTES)
  const tierBytes = share(TIER_SHARE, promisedBytes)
  const answersBytes = share(ANSWERS_SHARE, promisedBytes - tierBytes)
  return { tierBytes, jobBytes: promisedBytes - tierBytes - answersBytes }
}

export function resolveCacheOptions({ images, options }: ResolvedConfig, maxMemoryBytes: number): CacheOptions {
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
