/** The policy of the endpoint. */
export type { ImageRequest, ImageResponse } from './answer.js'
export { createOptimizer, type Optimizer, type OptimizerStats } from './optimizer.js'
