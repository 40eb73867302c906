/** How the sources that pages name and the files of the output belong together: base path, asset prefix, encoding. Pure. */
import { hasPathPrefix } from '../config/index.js'

/** What the pages' URLs begin with. */
export interface Prefixes {
  /** `''` or `/docs`. */
  readonly basePath: string
  /** `''`, a path or an origin with a path; without a slash at its end. */
  readonly assetPrefix: string
}

/** A file of the output, relative; null for another host. */
export function toOutputFile(source: string, { basePath, assetPrefix }: Prefixes): string | null {
  const isAsset = assetPrefix !== '' && source.startsWith(`${assetPrefix}/`)
  const local = isAsset ? source.slice(assetPrefix.length) : source
  if (!local.startsWith('/') || local.startsWith('//')) return null
  const path = local.split(/[?#]/, 1)[0] ?? ''
  const below = !isAsset && hasPathPrefix(path, basePath) ? path.slice(basePath.length) : path
  return decode(below).replace(/^\/+/, '')
}

/** The names by which a page may call a file of the output, the usual one first. */
export function toSources(file: string, { basePath, assetPrefix }: Prefixes): string[] {
  const plain = `/${file}`
  const encoded = encodeURI(plain)
  const isStatic = file.startsWith('_next/static/')
  const prefixes = isStatic ? [assetPrefix || basePath, basePath, ''] : ['', basePath]
  return [...new Set(prefixes.flatMap((prefix) => [prefix + plain, prefix + encoded]))]
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
