/** The functions of `import ... from 'pixmill'`, on one engine that starts with the first job. */
import { parseBytes } from './config/index.js'
import { optionError } from './errors.js'
import {
  Engine,
  type EngineOptions,
  type EngineStats,
  type OptimizeOptions,
  type OptimizeResult,
  type Source,
} from './native.js'

export { negotiate, probe } from './native.js'

export interface Configuration {
  /** The promise: all jobs and originals together never take more. Bytes, or a text such as `'256mb'`. */
  memory?: number | string
  /** Worker threads, 1 to 256. */
  threads?: number
}

let engine: Engine | undefined

/** Decodes, orients, resizes and encodes one picture on pixmill's own threads. An animation gives its first frame. */
export function optimize(source: Source, options?: OptimizeOptions): Promise<OptimizeResult> {
  return defaultEngine().optimize(source, options)
}

/** Sets the memory budget and the threads of `optimize`. Jobs that run keep what they have. */
export function configure(configuration: Configuration): void {
  defaultEngine().configure(toEngineOptions(configuration))
}

/** Bytes lent, jobs queued and run, since the process started. */
export function stats(): EngineStats {
  return defaultEngine().stats()
}

function defaultEngine(): Engine {
  engine ??= new Engine()
  return engine
}

function toEngineOptions(configuration: Configuration): EngineOptions {
  if (typeof configuration !== 'object' || configuration === null) {
    throw optionError('configuration', 'an object', configuration)
  }
  const { memory, threads } = configuration
  return {
    ...(memory === undefined ? {} : { memory: parseBytes(memory, 'memory') }),
    ...(threads === undefined ? {} : { threads }),
  }
}
