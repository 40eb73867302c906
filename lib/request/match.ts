/** Whether a URL is allowed: `localPatterns`, `remotePatterns` and `domains`, with Next's rules. Pure. */
import type { LocalPattern, RemotePattern } from '../config/index.js'

export interface RemoteRules {
  readonly domains: readonly string[]
  readonly remotePatterns: readonly RemotePattern[]
}

/** `null` patterns allow every local URL. */
export function matchesLocal(patterns: readonly LocalPattern[] | null, url: URL): boolean {
  return patterns === null || patterns.some((pattern) => matchesPath(pattern, url))
}

export function matchesRemote({ domains, remotePatterns }: RemoteRules, url: URL): boolean {
  return domains.includes(url.hostname) || remotePatterns.some((pattern) => matchesPattern(pattern, url))
}

function matchesPattern(pattern: RemotePattern, url: URL): boolean {
  if (pattern.protocol !== undefined && `${pattern.protocol}:` !== url.protocol) return false
  if (pattern.port !== undefined && pattern.port !== url.port) return false
  return pattern.hostname.test(url.hostname) && matchesPath(pattern, url)
}

function matchesPath({ pathname, search }: LocalPattern, url: URL): boolean {
  return (search === undefined || search === url.search) && pathname.test(url.pathname)
}
