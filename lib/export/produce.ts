/**
 * One source: what the store lacks is rendered from one decode, and every wanted file is put in its place. A picture that cannot be rendered is
 * shipped as it is. Decides what became of the source; tells nobody.
 */
import { join } from 'node:path'
import { isPixmillError } from '../errors.js'
import { decodes, type Engine, type OptimizeResult, probe, sniff } from '../native.js'
import type { Demand, WantedVariant } from './demand.js'
import { copyWhole, isSameFile } from './files.js'
import { readHead } from './head.js'
import type { Original, Originals } from './originals.js'
import type { SourceOutcome, VariantOutcome } from './outcome.js'
import type { Store, StoredSource, StoredVariant } from './store.js'

export interface Workshop {
  readonly output: string
  readonly engine: Engine
  readonly store: Store
  readonly originals: Originals
  /** Runs no more than there are threads at a time: a job that waits in the engine's queue has a deadline there. */
  readonly enqueue: <T>(work: () => Promise<T>) => Promise<T>
  readonly signal: AbortSignal | undefined
}

const NOTHING = { bytes: null, hash: null, variants: [], placeholder: null } as const

export async function produce(demand: Demand, workshop: Workshop): Promise<SourceOutcome> {
  const { source, pages } = demand
  const original = await workshop.originals.find(demand.place)
  if ('reason' in original) {
    return { ...NOTHING, source, pages, status: 'missing', reason: original.reason, isFault: true }
  }
  const passed = await findPassing(original)
  if (passed !== null) return ship(demand, original, { reason: passed, isFault: false }, workshop)
  try {
    const { stored, made } = await render(demand, original, workshop)
    const variants = await placeAll(demand, stored, made, workshop)
    const { bytes, hash } = original
    const { placeholder } = stored
    return { source, pages, status: 'optimized', reason: null, isFault: false, bytes, hash, variants, placeholder }
  } catch (error) {
    if (!isPixmillError(error) || error.code === 'ERR_CANCELLED' || error.code === 'ERR_OPTION') throw error
    const isFault = !(error.code === 'ERR_UNSUPPORTED' && (await needsRoom(original)))
    return ship(demand, original, { reason: error.message, isFault }, workshop)
  }
}

/** Why a sound picture is shipped as it is. Null: it is optimized, or tried. */
async function findPassing({ path }: Original): Promise<string | null> {
  const sniffed = sniff(await readHead(path))
  // A sequence that Next.js would not take for a picture is one here.
  if (sniffed === null) return isAnimated(path) ? 'an animated picture is passed through' : null
  if (!decodes(sniffed.format)) return `pixmill does not read ${sniffed.format}`
  return isAnimated(path) ? `an animated ${sniffed.format} is passed through` : null
}

/** Where the locked room cannot be opened, such pictures are shipped as they are: nothing is wrong with them. */
async function needsRoom({ path }: Original): Promise<boolean> {
  const format = sniff(await readHead(path))?.format
  return format === 'avif' || format === 'heic'
}

/** The head of a GIF does not say it. */
function isAnimated(path: string): boolean {
  try {
    return probe(path).isAnimated
  } catch {
    return false
  }
}

interface Rendered {
  readonly stored: StoredSource
  /** Keys of the variants that were not in the store. */
  readonly made: ReadonlySet<string>
}

async function render(demand: Demand, original: Original, workshop: Workshop): Promise<Rendered> {
  const { store, engine, enqueue, signal } = workshop
  const known = await store.find(original.hash)
  const missing = [...new Map(demand.variants.map((wanted) => [toKey(wanted), wanted]))].filter(
    ([key]) => known?.variants[key] === undefined,
  )
  if (known !== null && missing.length === 0) return { stored: known, made: new Set() }
  const result = await enqueue(() =>
    engine.optimizeAll(original.path, {
      variants: missing.map(([, { width, quality, format }]) => ({ width, quality, format, isPrecise: true })),
      placeholder: known?.placeholder == null,
      ...(signal === undefined ? {} : { signal }),
    }),
  )
  const variants = await Promise.all(
    missing.map(async ([key], at) => [key, await keep(result.variants[at] as OptimizeResult, store)] as const),
  )
  const stored: StoredSource = {
    width: result.width,
    height: result.height,
    placeholder: known?.placeholder ?? result.placeholder,
    variants: { ...known?.variants, ...Object.fromEntries(variants) },
  }
  await store.save(original.hash, stored)
  return { stored, made: new Set(missing.map(([key]) => key)) }
}

function toKey({ width, quality, format }: WantedVariant): string {
  return `${width}-${quality}-${format}`
}

async function keep({ data, format, width, height }: OptimizeResult, store: Store): Promise<StoredVariant> {
  return { hash: await store.put(data), format, width, height, bytes: data.byteLength }
}

async function placeAll(
  { variants }: Demand,
  stored: StoredSource,
  made: ReadonlySet<string>,
  { output, store }: Workshop,
): Promise<VariantOutcome[]> {
  return Promise.all(
    variants.map(async (wanted) => {
      const key = toKey(wanted)
      const { hash, format, width, height, bytes } = stored.variants[key] as StoredVariant
      await placeFile(store.locate(hash), join(output, wanted.file))
      return { file: wanted.file, format, width, height, bytes, hash, isReused: !made.has(key) }
    }),
  )
}

interface Fault {
  readonly reason: string
  readonly isFault: boolean
}

/** The original's own bytes under all names that were asked for: browsers go by the bytes of a picture. */
async function ship(demand: Demand, original: Original, fault: Fault, { output }: Workshop): Promise<SourceOutcome> {
  const { source, pages, variants } = demand
  const { bytes, hash } = original
  const { width, height } = measure(original.path)
  const shipped = await Promise.all(
    variants.map(async ({ file }) => {
      const isReused = await placeFile(original.path, join(output, file))
      return { file, format: 'original', width, height, bytes, hash, isReused } as const
    }),
  )
  return { source, pages, status: 'original', ...fault, bytes, hash, variants: shipped, placeholder: null }
}

function measure(path: string): { width: number; height: number } {
  try {
    const { width, height, orientation } = probe(path)
    return orientation > 4 ? { width: height, height: width } : { width, height }
  } catch {
    return { width: 0, height: 0 }
  }
}

/** Whether it was there already. */
async function placeFile(from: string, to: string): Promise<boolean> {
  if (await isSameFile(from, to)) return true
  await copyWhole(from, to)
  return false
}
