/** Where the endpoint lies: `images.path` and the base path. Pure. */

const DEFAULT_PATH = '/_next/image'

/** Next's rule: the default path gets the base path in front, any other value is taken verbatim. Without a trailing slash. */
export function resolveEndpoint(path: string, basePath: string): string {
  const isDefault = path === DEFAULT_PATH && !hasPathPrefix(path, basePath)
  const full = toPathname(isDefault ? basePath + path : path)
  return full.replace(/\/+$/, '') || '/'
}

/** `/docs` is a prefix of `/docs` and `/docs/a`, not of `/docsearch`. The empty prefix is a prefix of all. */
export function hasPathPrefix(path: string, prefix: string): boolean {
  return prefix === '' ? true : path === prefix || path.startsWith(`${prefix}/`)
}

/** `images.path` may name another host (a CDN in front of this server): its path is what arrives here. */
function toPathname(path: string): string {
  return /^https?:\/\//i.test(path) && URL.canParse(path) ? new URL(path).pathname : path
}
