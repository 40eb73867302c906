/** The endpoint on the two kinds of servers. */
export { createFetchHandler, type FetchHandler, type FetchHandlerOptions } from './fetch-handler.js'
export { createNodeHandler, type NodeHandler, type NodeHandlerOptions } from './node-handler.js'
