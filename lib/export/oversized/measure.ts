/** The pixels and bytes of the files that an output ships. Each file is looked at once; reads headers only. */
import { realpath } from 'node:fs/promises'
import { probe } from '../../native.js'
import { type Base, toAddress } from '../site/address.js'
import { findLocal } from '../site/local-file.js'
import { toShown } from '../site/originals.js'

export interface Measured {
  readonly width: number
  readonly bytes: number
}

/** Null: not of this output, or not a picture that has pixels to count (SVG) or can be read (AVIF). */
export type Measure = (url: string, base: Base) => Promise<Measured | null>

/** A URL without extension stands for files beside each other. */
const ENDINGS = ['', '.webp']

export async function createMeasure(output: string): Promise<Measure> {
  const root = await realpath(output)
  const known = new Map<string, Promise<Measured | null>>()
  return (url, base) => {
    const address = toAddress(url, base)
    if (address.kind !== 'local') return Promise.resolve(null)
    const measured = known.get(address.path) ?? look(root, address.path)
    known.set(address.path, measured)
    return measured
  }
}

async function look(root: string, path: string): Promise<Measured | null> {
  for (const ending of ENDINGS) {
    const found = await findLocal(root, path + ending)
    if ('file' in found) return measure(found.file, found.bytes)
  }
  return null
}

function measure(file: string, bytes: number): Measured | null {
  try {
    return { width: toShown(probe(file)).width, bytes }
  } catch {
    // What is broken is named where it was to be optimized.
    return null
  }
}
