/** Sources: original bytes, from wherever they come. */
export { isPublicAddress } from './address.js'
export { createOpenAgent } from './connect.js'
export type { LocalAnswer, LocalFetch } from './internal.js'
export type { LocalFile } from './local.js'
export { fetchRemote } from './remote.js'
export type { Lender, Source } from './source.js'
export type { SourceHeaders, Validators } from './source-headers.js'
export { createSources, type SourceRequest, type Sources } from './sources.js'
