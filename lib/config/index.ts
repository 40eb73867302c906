/** Configuration: everything that the user may set, resolved once. */
export { parseBytes } from './bytes.js'
export { hasPathPrefix, resolveEndpoint } from './endpoint.js'
export type { ResolvedImages } from './images.js'
export {
  type Environment,
  findIdleOptions,
  type PixmillOptions,
  type ResolvedOptions,
  type TagRule,
} from './options.js'
export type { LocalPattern, RemotePattern } from './pattern.js'
export { type ConfigInput, type ResolvedConfig, resolveConfig } from './resolve.js'
