/** The pictures of a bench run: found on disk, and told apart from what Next.js would never optimize. Decodes nothing. */
import { readdir, readFile, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { optionError } from '../../errors.js'
import { probe, type SourceFormat, sniff } from '../../native.js'

export interface Picture {
  readonly path: string
  readonly format: SourceFormat
  readonly bytes: number
  /** Null where only the other engine may understand the headers. */
  readonly size: { readonly width: number; readonly height: number } | null
}

export interface Skipped {
  readonly path: string
  readonly reason: string
}

export interface Found {
  readonly pictures: readonly Picture[]
  readonly skipped: readonly Skipped[]
}

const EXTENSIONS = new Set([
  '.avif',
  '.bmp',
  '.gif',
  '.heic',
  '.ico',
  '.jpeg',
  '.jpg',
  '.jxl',
  '.png',
  '.svg',
  '.tif',
  '.tiff',
  '.webp',
])
const OPTIMIZED: ReadonlySet<SourceFormat> = new Set(['avif', 'gif', 'jpeg', 'png', 'tiff', 'webp'])

/** Folders are searched with all that is below, in the order of names; a file named directly need not look like a picture. */
export async function findPictures(paths: readonly string[]): Promise<Found> {
  const pictures: Picture[] = []
  const skipped: Skipped[] = []
  for (const path of new Set((await Promise.all(paths.map(listFiles))).flat())) {
    const found = await examine(path)
    if ('reason' in found) skipped.push(found)
    else pictures.push(found)
  }
  return { pictures, skipped }
}

async function listFiles(path: string): Promise<string[]> {
  const stats = await stat(path).catch(() => undefined)
  if (stats === undefined) throw optionError('pixmill bench', 'files or folders that exist', path)
  if (!stats.isDirectory()) return [path]
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && EXTENSIONS.has(extname(entry.name).toLowerCase()))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

async function examine(path: string): Promise<Picture | Skipped> {
  const data = await readFile(path)
  const sniffed = sniff(data)
  if (sniffed === null) return { path, reason: 'no picture by its first bytes' }
  if (sniffed.isAnimated) return { path, reason: `an animated ${sniffed.format}, which Next.js passes through` }
  if (!OPTIMIZED.has(sniffed.format)) return { path, reason: `${sniffed.format}, which Next.js does not optimize` }
  return { path, format: sniffed.format, bytes: data.length, size: readSize(data) }
}

function readSize(data: Buffer): Picture['size'] {
  try {
    const { width, height } = probe(data)
    return { width, height }
  } catch {
    return null
  }
}
