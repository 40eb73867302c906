/** What is known of each picture of a site before it is rendered: its place, its size as shown, and why it is left alone. Decodes no pixel. */
import { realpath } from 'node:fs/promises'
import { isPixmillError } from '../../errors.js'
import { type Probe, probe } from '../../native.js'
import type { Place } from '../demand.js'
import type { Address } from './address.js'
import { findLocal } from './local-file.js'
import type { ResolvedSiteOptions, SiteFormat } from './options.js'

export interface Original {
  /** `/photos/a b.jpg` or `https://host/a.jpg`. */
  readonly source: string
  readonly place: Place
  /** As shown, in pixels; null of a remote picture, which nobody has looked at yet. */
  readonly size: { readonly width: number; readonly height: number } | null
  /** Null where it is not known yet. */
  readonly format: SiteFormat | null
  /** Null where it is not known yet. */
  readonly bytes: number | null
}

/** `left`: on purpose, there is nothing to report. */
export type Found = { readonly kind: 'original'; readonly original: Original } | Missing | { readonly kind: 'left' }

export interface Missing {
  readonly kind: 'missing'
  readonly source: string
  readonly reason: string
}

export type Originals = (address: Address) => Promise<Found>

/** A request costs as much as this. */
const MIN_BYTES = 1024
const READ: readonly string[] = ['jpeg', 'png', 'webp']
const LEFT: Found = { kind: 'left' }

/** Each picture is looked at once. */
export async function createOriginals({ output, remote }: ResolvedSiteOptions): Promise<Originals> {
  const root = await realpath(output)
  const known = new Map<string, Promise<Found>>()
  return (address) => {
    if (address.kind === 'none') return Promise.resolve(LEFT)
    const source = address.kind === 'local' ? `/${address.path}` : toRemoteSource(address.url)
    const found = known.get(source) ?? (address.kind === 'local' ? look(root, address.path) : toRemote(source, remote))
    known.set(source, found)
    return found
  }
}

/** The fragment is the browser's. */
function toRemoteSource(url: URL): string {
  return url.href.replace(/#.*$/s, '')
}

async function toRemote(source: string, isAllowed: (url: URL) => boolean): Promise<Found> {
  const url = new URL(source)
  if (/\.(svg|gif|avif|ico)$/i.test(url.pathname) || !isAllowed(url)) return LEFT
  return {
    kind: 'original',
    original: { source, place: { kind: 'remote', url: source }, size: null, format: null, bytes: null },
  }
}

async function look(root: string, path: string): Promise<Found> {
  const source = `/${path}`
  if (/\.svgz?$/i.test(path)) return LEFT
  const found = await findLocal(root, path)
  if ('reason' in found) return { kind: 'missing', source, reason: found.reason }
  return found.bytes < MIN_BYTES ? LEFT : read(source, found.file, found.bytes)
}

function read(source: string, file: string, bytes: number): Found {
  try {
    const found = probe(file)
    if (found.isAnimated || !READ.includes(found.format)) return LEFT
    const place: Place = { kind: 'file', path: file }
    return {
      kind: 'original',
      original: { source, place, size: toShown(found), format: found.format as SiteFormat, bytes },
    }
  } catch (error) {
    if (!isPixmillError(error)) throw error
    return { kind: 'missing', source, reason: error.message }
  }
}

/** Orientations 5 to 8 lie on their side. */
export function toShown({ width, height, orientation }: Probe): { width: number; height: number } {
  return orientation > 4 ? { width: height, height: width } : { width, height }
}
