/** What both handlers share: their input, and which URLs are theirs. */
import type { ConfigInput } from '../config/index.js'
import { createOptimizer, type Optimizer } from '../optimizer/index.js'
import { isEndpoint } from '../request/index.js'

/** An optimizer is shared; a configuration makes one of its own. */
export function toOptimizer(input: ConfigInput | Optimizer): Optimizer {
  return 'getImage' in input ? input : createOptimizer(input)
}

/** `paths`: instead of the configuration's endpoint. */
export function createMatcher({ config }: Optimizer, paths: readonly string[] = [config.endpointPath]) {
  return (url: string): boolean =>
    paths.some((path) => url.startsWith(path) && isEndpoint(url.split('?', 1)[0] ?? url, path))
}
