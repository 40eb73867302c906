/** Sources: original bytes, from wherever they come. */
export { isPublicAddress } from './address.js'
export type { LocalAnswer, LocalFetch } from './internal.js'
export type { LocalFile } from './local.js'
export type { Lender, Source } from './source.js'
export { createSources, type Sources } from './sources.js'
