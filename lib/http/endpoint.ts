/** What both handlers share: their input, and which URLs are theirs. */
import type { ConfigInput } from '../config/index.js'
import { createOptimizer, type Optimizer } from '../optimizer/index.js'
import { isEndpoint } from '../request/index.js'
import type { LocalFetch } from '../source/index.js'

export interface HandlerOptions {
  /** The paths to answer, with the base path and without a slash at their end. Default: the configuration's endpoint. */
  readonly paths?: readonly string[]
  /** How a local URL that is no file is asked of the application. */
  readonly local?: LocalFetch
}

/** An optimizer is shared; a configuration makes one of its own. */
export function toOptimizer(input: ConfigInput | Optimizer): Optimizer {
  return 'getImage' in input ? input : createOptimizer(input)
}

/** `paths`: instead of the configuration's endpoint. */
export function createMatcher({ config }: Optimizer, paths: readonly string[] = [config.endpointPath]) {
  return (url: string): boolean =>
    !config.images.unoptimized &&
    paths.some((path) => url.startsWith(path) && isEndpoint(url.split('?', 1)[0] ?? url, path))
}
