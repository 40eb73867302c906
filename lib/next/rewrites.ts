/** `endpoint: 'api'`: sends the endpoint's paths to the API route, before the user's own rewrites, in all shapes Next accepts. */
import { hasPathPrefix } from '../config/index.js'
import { configError } from './faults.js'
import type { GroupedRewrites, NextConfig, Rewrite, Rewrites } from './next-config.js'

/** The page that holds `export { default } from 'pixmill/pages'`. */
export const API_ROUTE = '/api/pixmill'

/** The user's `rewrites` with ours in front. Next adds the base path itself. */
export function withApiRewrites(config: NextConfig, paths: readonly string[]): () => Promise<Rewrites> {
  const ours = paths.map(
    (path): Rewrite => ({
      source: toSource(path, config.basePath ?? ''),
      destination: API_ROUTE,
      ...(config.i18n ? { locale: false } : {}),
    }),
  )
  return async () => mergeRewrites(ours, await config.rewrites?.())
}

function toSource(path: string, basePath: string): string {
  if (hasPathPrefix(path, basePath)) return path.slice(basePath.length)
  const wayOut = "A rewrite cannot leave the base path: change images.path, or leave out endpoint: 'api'"
  throw configError('images.path', `a path below the base path ${basePath}`, path, wayOut)
}

function mergeRewrites(ours: Rewrite[], theirs: Rewrites | undefined): GroupedRewrites {
  // A plain list means `afterFiles`.
  const grouped = Array.isArray(theirs) ? { afterFiles: theirs } : (theirs ?? {})
  return { ...grouped, beforeFiles: [...ours, ...(grouped.beforeFiles ?? [])] }
}
