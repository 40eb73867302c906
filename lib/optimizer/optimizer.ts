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
import { answer, answerHit, type ImageRequest, type ImageResponse } from './answer.js'
import { type Expiry, resolveExpiry } from './expiry.js'
import { createFailures } from './failures.js'
import { createHeaders } from './headers.js'
import { createKeys } from './keys.js'
import { createKnownTags, type KnownTags } from './known-tags.js'
import { liveOptimizers } from './live.js'
import { createLog, type Log } from './log.js'
import type { Parts } from './lookup.js'
import type { Observer } from './observer.js'
import { createObservers } from './observers.js'
import { createQuestions } from './questions.js'
import { resolveCacheOptions, splitMemory } from './space.js'
import { createTagger } from './tags.js'
import { FAILURE_TTL } from './variant.js'
import { createVariants } from './variants.js'

export interface Optimizer {
  readonly config: ResolvedConfig
  /** The whole of the endpoint short of writing. Never rejects. */
  getImage(request: ImageRequest): Promise<ImageResponse>
  /** Synchronous: the answer from memory, fresh or stale, to what was asked before. Null: ask `getImage`. Never throws. */
  getHit(request: ImageRequest): ImageResponse | null
  /** As the library's, with this optimizer's budget. */
  optimize(source: Source, options?: OptimizeOptions): Promise<OptimizeResult>
  probe(source: Source): Probe
  /** Deletes variants: the next request makes them from the source. Resolves to how many there were; reaches all processes on the directory. */
  purge(what: Expiry): Promise<number>
  /** Marks variants stale: the next request gets them a last time, while the source is asked whether it has changed. */
  invalidate(what: Expiry): Promise<number>
  /** Whether an entry may carry the tag, as far as this process knows. */
  knowsTag(tag: string): boolean
  stats(): OptimizerStats
  /** Tells what happens from now on. */
  observe(observer: Observer): void
  /** Starts engine and cache now instead of with the first picture. */
  start(): void
  /** Waits for what is being stored, then closes connections and cache. */
  close(): Promise<void>
}

export interface OptimizerStats {
  readonly engine: EngineStats
  readonly cache: CacheStats
}

interface Machine extends Parts {
  readonly cache: Cache
  /** Ends what looks for warnings. */
  readonly hush: () => void
}

/** The cache meets trouble on threads of its own, also when no picture is asked for. */
const WARNINGS_EVERY_MS = 5_000

/** The environment is read here, when the server starts. */
export function createOptimizer(input: ConfigInput, env: Environment = process.env): Optimizer {
  const config = resolveConfig(input, env)
  const log = createLog({ env })
  const { observer, observe } = createObservers()
  const questions = createQuestions(config)
  const knownTags = createKnownTags(config.options.tags.map(({ tag }) => tag))
  let machine: Machine | undefined
  const start = (): Machine => {
    if (machine === undefined) liveOptimizers().add(optimizer)
    machine ??= createMachine({ config, env, log, observer, knownTags })
    return machine
  }
  const expire = (action: 'purge' | 'invalidate', what: Expiry) => {
    const { by, value } = resolveExpiry(what)
    return start().cache.expire(action, by, value)
  }

  const options = { config, log, observer, questions, toHeaders: createHeaders(config), start }

  const optimizer: Optimizer = {
    config,
    getImage: (request) => answer(request, options),
    getHit: (request) => answerHit(request, options),
    optimize: (source, options) => start().engine.optimize(source, options),
    probe,
    purge: async (what) => expire('purge', what),
    invalidate: async (what) => expire('invalidate', what),
    knowsTag: knownTags.has,
    stats() {
      const { engine, cache } = start()
      return { engine: engine.stats(), cache: cache.stats() }
    },
    observe,
    start() {
      start()
    },
    async close() {
      const closing = machine
      machine = undefined
      liveOptimizers().delete(optimizer)
      if (closing === undefined) return
      closing.hush()
      await closing.variants.close()
      await closing.sources.close()
      closing.cache.close()
    },
  }
  return optimizer
}

interface MachineOptions {
  readonly config: ResolvedConfig
  readonly env: Environment
  readonly log: Log
  readonly observer: Observer
  readonly knownTags: KnownTags
}

function createMachine({ config, env, log, observer, knownTags }: MachineOptions): Machine {
  const { memory, threads } = config.options
  for (const name of findIdleOptions(config.options)) log.warning(`the option ${name} has no effect in this version`)
  const engine = new Engine({ ...(memory === null ? {} : { memory }), ...(threads === null ? {} : { threads }) }, env)
  const { budgetBytes, avifEncoder, svtAv1Fault, avifGraphicsEncoder, libaomFault } = engine.stats()
  // Where nobody named a file, there may well be none.
  if (env.PIXMILL_SVT_AV1 && svtAv1Fault) log.warning(`AVIF is made by ${avifEncoder}: ${svtAv1Fault}`)
  if (env.PIXMILL_LIBAOM && libaomFault)
    log.warning(`AVIF of graphics is made by ${avifGraphicsEncoder}: ${libaomFault}`)
  const { tierBytes, jobBytes } = splitMemory(budgetBytes)
  engine.configure({ memory: jobBytes })
  const cache = new Cache(resolveCacheOptions(config, tierBytes))
  const warn = () => cache.takeWarnings().forEach(log.warning)
  const timer = setInterval(warn, WARNINGS_EVERY_MS).unref()
  const variants = createVariants({
    cache,
    onRefreshFailure: ({ tags }, error) => log.failure(tags[0]?.replace(/^src:/, '') ?? 'refresh', error),
    onRefreshed: observer.refreshed,
    onSeen: ({ tags }) => knownTags.see(tags),
    onStored: warn,
    activity: config.options.twoPhase ? () => engine.stats() : null,
    onImproved: observer.improved,
  })
  return {
    config,
    log,
    observer,
    engine,
    cache,
    variants,
    sources: createSources(config, engine, observer.fetched),
    failures: createFailures({ ttlSeconds: FAILURE_TTL }),
    hush: () => clearInterval(timer),
    toKey: createKeys(config),
    toTags: createTagger(config.options.tags),
  }
}
