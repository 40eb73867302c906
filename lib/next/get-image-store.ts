/** Placeholders on disk, one small JSON file each, for the next build. What cannot be read is a miss, what cannot be written is left. */
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Validators } from '../source/index.js'
import type { Placeholder } from './get-image-placeholders.js'

export interface Known {
  readonly placeholder: Placeholder
  /** Of a remote source: what its server said of it. */
  readonly validators?: Validators
  /** Of a remote source: when its server was asked last, in milliseconds since 1970. A file's version is in its key. */
  readonly checkedAt?: number
}

export interface Store {
  read(key: string): Promise<Known | null>
  /** Resolves to `known`, whether it was written or not. */
  write(key: string, known: Known): Promise<Known>
}

/** A build asks each server once, however many pages and workers show its picture; a server that runs on asks again. */
const REMOTE_LASTS_MS = 10 * 60 * 1000

export function isCurrent({ checkedAt }: Known, now: number): boolean {
  return checkedAt === undefined || Math.abs(now - checkedAt) < REMOTE_LASTS_MS
}

/** Changes with the form of the files and with the way in which placeholders are made. */
const LAYOUT = 'v1'

export function createStore(cacheDir: string): Store {
  const folder = join(cacheDir, 'placeholders', LAYOUT)
  const toPath = (key: string) => join(folder, `${createHash('sha256').update(key).digest('hex').slice(0, 40)}.json`)

  return {
    read: async (key) => parse(await readFile(toPath(key), 'utf8').catch(() => '')),
    write: async (key, known) => {
      await replace(toPath(key), JSON.stringify(known))
      return known
    },
  }
}

function parse(text: string): Known | null {
  try {
    const known = JSON.parse(text) as Known
    return isPlaceholder(known.placeholder) ? known : null
  } catch {
    return null
  }
}

function isPlaceholder(value: Placeholder): boolean {
  const { width, height, blurDataURL, thumbhash, color } = value
  const areSides = [width, height].every((side) => typeof side === 'number')
  return areSides && [blurDataURL, thumbhash, color].every((text) => typeof text === 'string')
}

/** Several workers may write the same file at the same time. */
async function replace(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomUUID()}`
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(draft, text)
    await rename(draft, path)
  } catch {
    await rm(draft, { force: true }).catch(() => {})
  }
}
