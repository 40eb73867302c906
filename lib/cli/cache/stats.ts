/** `pixmill cache stats`: how many entries a directory holds, by names and sizes. Never looks into a file, and changes nothing. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { CacheFlags } from '../cache.js'
import type { Place } from './place.js'

interface Stats {
  entries: number
  bytes: number
}

/** `<layout>/<first byte>/<key>`, as `src/cache/disk.rs` writes them. */
const ENTRY = /^v\d+[\\/][0-9a-f]{2}[\\/][0-9a-f]{64}$/

export async function printStats({ dir, exists }: Place, { json }: CacheFlags): Promise<number> {
  const { entries, bytes } = exists ? await countEntries(dir) : { entries: 0, bytes: 0 }
  console.log(json ? JSON.stringify({ dir, entries, bytes }) : `${entries} entries, ${toSize(bytes)} in ${dir}`)
  return 0
}

async function countEntries(dir: string): Promise<Stats> {
  const names = (await readdir(dir, { recursive: true })).filter((name) => ENTRY.test(name))
  const sizes: number[] = []
  // One after another: a cache may hold more files than a process may open.
  for (const name of names) sizes.push(await sizeOf(join(dir, name)))
  const present = sizes.filter((size) => size >= 0)
  return { entries: present.length, bytes: present.reduce((sum, size) => sum + size, 0) }
}

/** -1: a server has removed it since. */
async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => -1,
  )
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB']

function toSize(bytes: number): string {
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), UNITS.length - 1)
  return `${Number((bytes / 1024 ** power).toFixed(1))} ${UNITS[power]}`
}
