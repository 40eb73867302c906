/** The public surface of pixmill as a library. */

export { PixmillError } from './dist/errors.js'
export { configure, negotiate, optimize, probe, stats } from './dist/library.js'
export { createOptimizer } from './dist/optimizer/index.js'
