/** Any static site: what its pictures could be, and its pages with them. */
export { findSite, type SiteFindings } from './find.js'
export type { MissingPicture } from './ledger.js'
export { SITE_WIDTHS, type SiteFormat, type SiteOptions } from './options.js'
export { type RewriteOptions, type RewriteReport, rewriteSite } from './rewrite.js'
