/** Files that appear whole or not at all, also when the process is killed in between. */
import { createHash, randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { copyFile, mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** Drafts lie beside their target, so that the rename stays within one file system. */
const DRAFT = '.pixmill-draft-'

export function isDraft(file: string): boolean {
  return basename(file).startsWith(DRAFT)
}

export async function writeWhole(file: string, data: Uint8Array | string): Promise<void> {
  await place(file, (draft) => writeFile(draft, data))
}

/** A copy with the time of the original, by which `isSameFile` knows it again. Not a link: tools that work on outputs change files in place. */
export async function copyWhole(from: string, to: string): Promise<void> {
  const { atime, mtime } = await stat(from)
  await place(to, async (draft) => {
    await copyFile(from, draft, constants.COPYFILE_FICLONE)
    await utimes(draft, atime, mtime)
  })
}

/** By size and time, as rsync does. */
export async function isSameFile(a: string, b: string): Promise<boolean> {
  const [one, other] = await Promise.all([statOrNull(a), statOrNull(b)])
  return one !== null && other !== null && one.size === other.size && Math.abs(one.mtimeMs - other.mtimeMs) < 1
}

export async function statOrNull(file: string) {
  const stats = await stat(file).catch(() => null)
  return stats?.isFile() ? stats : null
}

/** Null for what is not there or no JSON: whatever a cache holds may be damaged. */
export async function readJson<T>(file: string): Promise<T | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T
  } catch {
    return null
  }
}

export function hash(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex')
}

async function place(file: string, write: (draft: string) => Promise<void>): Promise<void> {
  const folder = dirname(file)
  await mkdir(folder, { recursive: true })
  const draft = join(folder, DRAFT + randomUUID())
  try {
    await write(draft)
    await rename(draft, file)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}
