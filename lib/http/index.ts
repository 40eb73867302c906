/** The endpoint on the two kinds of servers. */
export type { HandlerOptions } from './endpoint.js'
export { createFetchHandler, type FetchContext, type FetchHandler } from './fetch-handler.js'
export { createNodeHandler, type NodeHandler } from './node-handler.js'
