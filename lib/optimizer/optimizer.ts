/** The policy as one object: configuration in, answers out. Starts engine and cache at the first need. */
import {
  type ConfigInput,
  type Environment,
  findIdleOptions,
  type ResolvedConfig,
  resolveConfig,
} from '../config/index.js'
import {
  Cache,
  type CacheStats,
  Engine,
  type EngineStats,
  type OptimizeOptions,
  type OptimizeResult,
  type Probe,
  probe,
  type Source,
} from '../native.js'
import { createSources } from '../source/index.js'
import { answer, type ImageRequest, type ImageResponse, type Parts } from './answer.js'
import { createLog } from './log.js'
import { resolveCacheOptions } from './space.js'
import { createVariants } from './variants.js'

export interface Optimizer {
  readonly config: ResolvedConfig
  /** The whole of the endpoint short of writing. Never rejects. */
  getImage(request: ImageRequest): Promise<ImageResponse>
  /** As the library's, with this optimizer's budget. */
  optimize(source: Source, options?: OptimizeOptions): Promise<OptimizeResult>
  probe(source: Source): Probe
  stats(): OptimizerStats
  /** Waits for what is being stored, then closes connections and cache. */
  close(): Promise<void>
}

export interface OptimizerStats {
  readonly engine: EngineStats
  readonly cache: CacheStats
}

interface Machine extends Parts {
  readonly cache: Cache
}

/** The environment is read here, when the server starts. */
export function createOptimizer(input: ConfigInput, env: Environment = process.env): Optimizer {
  const config = resolveConfig(input, env)
  const log = createLog()
  let machine: Machine | undefined
  const start = (): Machine => {
    machine ??= createMachine(config, log)
    return machine
  }

  return {
    config,
    getImage: (request) => answer(request, start, config, log),
    optimize: (source, options) => start().engine.optimize(source, options),
    probe,
    stats() {
      const { engine, cache } = start()
      return { engine: engine.stats(), cache: cache.stats() }
    },
    async close() {
      const closing = machine
      machine = undefined
      if (closing === undefined) return
      await closing.variants.idle()
      await closing.sources.close()
      closing.cache.close()
    },
  }
}

function createMachine(config: ResolvedConfig, log: Parts['log']): Machine {
  const { memory, threads } = config.options
  for (const name of findIdleOptions(config.options)) log.warning(`the option ${name} has no effect in this version`)
  const engine = new Engine({ ...(memory === null ? {} : { memory }), ...(threads === null ? {} : { threads }) })
  const cache = new Cache(resolveCacheOptions(config, engine.stats().budgetBytes))
  const variants = createVariants({
    cache,
    onRefreshFailure: (error) => log.failure('refresh', error),
    onStored: () => cache.takeWarnings().forEach(log.warning),
  })
  return { config, log, engine, cache, variants, sources: createSources(config, engine) }
}
