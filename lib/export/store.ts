/**
 * What earlier runs made, below the cache directory: one record a source, by the hash of its bytes and of everything that decides about its
 * variants, and the variants by the hash of theirs. A record is written when all it names is there, so that a killed run loses no more than the
 * sources it was at. What is damaged is absent.
 */
import { readdir, rm, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheKey, type Format } from '../native.js'
import { hash, isDraft, readJson, statOrNull, writeWhole } from './files.js'
import type { Placeholder } from './outcome.js'

/** One variant that is in the store. */
export interface StoredVariant {
  /** SHA-256 of its bytes, in hex. */
  readonly hash: string
  readonly format: Format
  /** Pixels. */
  readonly width: number
  readonly height: number
  readonly bytes: number
}

export interface StoredSource {
  /** Pixels as shown, after the orientation. */
  readonly width: number
  readonly height: number
  readonly placeholder: Placeholder | null
  /** By `<width>-<quality>-<format>`. */
  readonly variants: Readonly<Record<string, StoredVariant>>
}

export interface Store {
  /** Null: nothing is known of these bytes. Only variants whose file is there are named. */
  find(sourceHash: string): Promise<StoredSource | null>
  /** Adds the record of a source, whose variants were put before. */
  save(sourceHash: string, source: StoredSource): Promise<void>
  /** Keeps the bytes; resolves with their hash. */
  put(data: Uint8Array): Promise<string>
  /** The file of a variant. */
  locate(variantHash: string): string
  /** Removes what no run of the last weeks used. */
  prune(now: number): Promise<void>
}

/** A branch that is built once in a while finds its variants again. */
const KEPT_MS = 30 * 24 * 3600 * 1000
/** Times are written no more often than this. */
const TOUCHED_MS = 24 * 3600 * 1000

export function createStore(folder: string, now: () => number = Date.now): Store {
  const records = join(folder, 'sources')
  const blobs = join(folder, 'variants')
  // The key is salted with the version of the engine.
  const toRecord = (sourceHash: string): string => join(records, `${cacheKey(['export', sourceHash])}.json`)
  const locate = (variantHash: string): string => join(blobs, variantHash.slice(0, 2), variantHash)

  const touch = async (file: string): Promise<void> => {
    const stats = await statOrNull(file)
    if (stats !== null && now() - stats.mtimeMs > TOUCHED_MS) await utimes(file, now() / 1000, now() / 1000)
  }

  const isThere = async ({ hash, bytes }: StoredVariant): Promise<boolean> =>
    (await statOrNull(locate(hash)))?.size === bytes

  return {
    locate,
    async find(sourceHash) {
      const file = toRecord(sourceHash)
      const stored = await readJson<StoredSource>(file)
      if (stored === null || typeof stored.variants !== 'object') return null
      await touch(file)
      const variants = Object.entries(stored.variants)
      const checks = await Promise.all(variants.map(([, variant]) => isThere(variant)))
      return { ...stored, variants: Object.fromEntries(variants.filter((_, at) => checks[at])) }
    },
    async save(sourceHash, source) {
      await writeWhole(toRecord(sourceHash), JSON.stringify(source))
    },
    async put(data) {
      const variantHash = hash(data)
      const file = locate(variantHash)
      if ((await statOrNull(file))?.size !== data.byteLength) await writeWhole(file, data)
      return variantHash
    },
    async prune(time) {
      const kept = new Set<string>()
      for (const name of await list(records)) {
        const file = join(records, name)
        const stored = await keepRecord(file, time)
        for (const variant of Object.values(stored?.variants ?? {})) kept.add(locate(variant.hash))
      }
      for (const folder of await list(blobs)) await pruneFolder(join(blobs, folder), kept)
    },
  }
}

async function keepRecord(file: string, time: number): Promise<StoredSource | null> {
  const stats = await statOrNull(file)
  const stored = stats !== null && time - stats.mtimeMs < KEPT_MS ? await readJson<StoredSource>(file) : null
  if (stored === null) await rm(file, { force: true })
  return stored
}

async function pruneFolder(folder: string, kept: ReadonlySet<string>): Promise<void> {
  for (const name of await list(folder)) {
    const file = join(folder, name)
    if (!kept.has(file) || isDraft(file)) await rm(file, { force: true })
  }
}

async function list(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => [])
}
