/** The policy of the endpoint. */
export type { ImageRequest, ImageResponse } from './answer.js'
export type { Expiry } from './expiry.js'
export { liveOptimizers } from './live.js'
export type { Observer } from './observer.js'
export { createOptimizer, type Optimizer, type OptimizerStats } from './optimizer.js'
