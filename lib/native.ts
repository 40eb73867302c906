/**
 * The native addon, with what the boundary cannot add itself: the caller's stack on errors, `AbortSignal`, and checks of types. Nothing outside of
 * this layer imports the addon. Decides nothing.
 */
export type { OptimizeAllOptions, OptimizeAllResult, Placeholder, VariantOptions } from './native/batch.js'
export { Cache, type CacheEntry, type CacheInput, type CacheOptions, type CacheStats } from './native/cache.js'
export { Engine, type EngineOptions, type EngineStats, Permit } from './native/engine.js'
export { cacheKey, decodes, negotiate, probe, serveRoom, sniff } from './native/functions.js'
export type {
  Format,
  OptimizeOptions,
  OptimizeResult,
  Probe,
  Sniffed,
  Source,
  SourceFormat,
  Timings,
} from './native/types.js'
