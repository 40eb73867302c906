/** The entry `pixmill/server`: handlers for any server, and all of the library. Inside a Next.js app import from here. */
export { PixmillError } from './errors.js'
export { createFetchHandler } from './http/fetch-handler.js'
export { createNodeHandler } from './http/node-handler.js'
export { configure, negotiate, optimize, probe, stats } from './library.js'
export { createOptimizer } from './optimizer/index.js'
