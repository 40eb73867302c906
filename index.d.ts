/** The public surface of pixmill as a library. */
export { configure, type Configuration, negotiate, optimize, probe, stats } from './dist/library.js'
export { type ErrorCode, PixmillError } from './dist/errors.js'
export { createOptimizer, type Optimizer } from './dist/optimizer/index.js'
export type { EngineStats, Format, OptimizeOptions, OptimizeResult, Probe, Source, SourceFormat, Timings } from './dist/native.js'
