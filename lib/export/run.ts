/** All sources of an output: the largest first, some ahead of the engine. Afterwards removes the variants that nobody asks for any more. */
import { readdir, rm, rmdir, stat } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { Engine } from '../native.js'
import type { Demand } from './demand.js'
import { isDraft } from './files.js'
import { openHashes } from './hashes.js'
import { writeManifest } from './manifest.js'
import { parseName } from './names.js'
import { createOriginals } from './originals.js'
import type { Progress, RunOutcome, SourceOutcome } from './outcome.js'
import { listFiles } from './output.js'
import { produce, type Workshop } from './produce.js'
import { createQueue } from './queue.js'
import { createStore } from './store.js'

export interface RunOptions {
  /** Absolute. */
  readonly output: string
  /** Where variants lie below the output: `_next/image`. Everything there that has a name of ours and is not wanted goes. */
  readonly folder: string
  /** Absolute. What earlier runs made. */
  readonly cacheDir: string
  /** Bytes. `null`: as the machine allows, at most `DEFAULT_MEMORY_BYTES`. */
  readonly memory: number | null
  readonly threads: number | null
  readonly onProgress?: ((progress: Progress) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** Two photographs of 24 megapixels at a time, and half a gigabyte for the process in all. */
const DEFAULT_MEMORY_BYTES = 384 * 1024 * 1024
/** Sources that are fetched, hashed and placed while all threads render. */
const AHEAD = 4

/** Resolves also where pictures failed: the outcome names them. */
export async function runDemands(demands: readonly Demand[], options: RunOptions): Promise<RunOutcome> {
  const startedAt = performance.now()
  const threads = options.threads ?? availableParallelism()
  const engine = createEngine(options.memory, threads)
  const store = createStore(join(options.cacheDir, 'store'))
  const hashes = await openHashes(join(options.cacheDir, 'hashes.json'))
  const folder = join(options.cacheDir, 'originals')
  const originals = createOriginals({ folder, hashes, lender: engine, signal: options.signal })
  const { output, signal } = options
  const workshop: Workshop = { output, engine, store, originals, enqueue: createQueue(threads), signal }
  try {
    const sources = await produceAll(await sortBySize(demands), workshop, threads + AHEAD, options)
    const removed = await removeUnwanted(options, demands)
    await writeManifest(output, options.folder, sources)
    await Promise.all([hashes.save(), store.prune(Date.now())])
    const seconds = (performance.now() - startedAt) / 1000
    return { output, sources, removed, seconds, peakLentBytes: engine.stats().peakLentBytes }
  } finally {
    await originals.close()
  }
}

function createEngine(memory: number | null, threads: number): Engine {
  const engine = new Engine({ threads, ...(memory === null ? {} : { memory }) })
  if (memory === null && engine.stats().budgetBytes > DEFAULT_MEMORY_BYTES) {
    engine.configure({ memory: DEFAULT_MEMORY_BYTES })
  }
  return engine
}

/** In the order of the demands, whichever ends first. */
async function produceAll(
  demands: readonly Demand[],
  workshop: Workshop,
  workers: number,
  { onProgress, signal }: RunOptions,
): Promise<SourceOutcome[]> {
  const outcomes: SourceOutcome[] = []
  const tally = createTally(demands.length, onProgress)
  const waiting = demands.values()
  const worker = async (): Promise<void> => {
    for (const demand of waiting) {
      signal?.throwIfAborted()
      const outcome = await produce(demand, workshop)
      outcomes.push(outcome)
      tally(outcome)
    }
  }
  await Promise.all(Array.from({ length: workers }, worker))
  return outcomes.sort((a, b) => (a.source < b.source ? -1 : 1))
}

function createTally(total: number, onProgress: RunOptions['onProgress']): (outcome: SourceOutcome) => void {
  let [done, variants, originalBytes, bytes] = [0, 0, 0, 0]
  return (outcome) => {
    done++
    variants += outcome.variants.length
    originalBytes += (outcome.bytes ?? 0) * outcome.variants.length
    for (const variant of outcome.variants) bytes += variant.bytes
    onProgress?.({ done, total, variants, originalBytes, bytes, source: outcome.source })
  }
}

/** The largest first: one that is begun last would leave all threads but one idle. */
async function sortBySize(demands: readonly Demand[]): Promise<Demand[]> {
  const sized = await Promise.all(
    demands.map(async (demand) => {
      const { place, variants } = demand
      // Of a remote one nothing is known; it should be on its way early.
      const bytes = place.kind === 'file' ? ((await stat(place.path).catch(() => null))?.size ?? 0) : Infinity
      return { demand, weight: variants.length === 0 ? 0 : bytes }
    }),
  )
  return sized.sort((a, b) => (a.weight === b.weight ? 0 : b.weight - a.weight)).map(({ demand }) => demand)
}

/** Only names that can be ours: the folder may hold what somebody else put there. */
async function removeUnwanted({ output, folder }: RunOptions, demands: readonly Demand[]): Promise<number> {
  const root = join(output, folder)
  const wanted = new Set(demands.flatMap(({ variants }) => variants.map(({ file }) => file)))
  const files = await listFiles(root).catch(() => [])
  const unwanted = files.filter(
    (file) => isDraft(file) || (parseName(file) !== null && !wanted.has(`${folder}/${file}`)),
  )
  await Promise.all(unwanted.map((file) => rm(join(root, file), { force: true })))
  for (const name of new Set(unwanted.map((file) => dirname(file)))) await removeIfEmpty(join(root, name))
  return unwanted.filter((file) => !isDraft(file)).length
}

async function removeIfEmpty(folder: string): Promise<void> {
  if ((await readdir(folder)).length === 0) await rmdir(folder)
}
