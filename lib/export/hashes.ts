/** The hashes of local files, remembered by size, time and inode: an unchanged run then reads no original. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { readJson, writeWhole } from './files.js'

export interface Hashes {
  /** SHA-256 of the file's bytes, in hex. */
  of(path: string): Promise<string>
  save(): Promise<void>
}

type Memory = Record<string, readonly [version: string, hash: string]>

/** A file that was written a moment ago may be written again within the same tick of the file system's clock. */
const SETTLED_MS = 2_000

export async function openHashes(file: string, now: () => number = Date.now): Promise<Hashes> {
  const known = (await readJson<Memory>(file)) ?? {}
  const used: Memory = {}
  return {
    async of(path) {
      const { size, mtimeMs, ino, dev } = await stat(path)
      const version = `${size}-${mtimeMs}-${ino}-${dev}`
      const last = known[path]
      const hash = last?.[0] === version ? last[1] : await hashFile(path)
      if (now() - mtimeMs > SETTLED_MS) used[path] = [version, hash]
      return hash
    },
    async save() {
      await writeWhole(file, JSON.stringify(used))
    },
  }
}

async function hashFile(path: string): Promise<string> {
  const digest = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), digest)
  return digest.digest('hex')
}
