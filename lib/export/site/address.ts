/** From a URL in a page to a file of the site or a remote picture, and back to a URL for a variant. Touches no file. */
import { posix } from 'node:path'

/** What a URL means within the site. */
export type Address =
  | {
      readonly kind: 'local'
      /** Below the output, decoded, without a leading slash. */
      readonly path: string
    }
  | { readonly kind: 'remote'; readonly url: URL }
  | { readonly kind: 'none' }

/** Where relative URLs of a page or sheet start. */
export interface Base {
  readonly url: URL
  /** Of the site. */
  readonly basePath: string
}

// No request goes there: the name stands for the site, whatever its real one is.
const ORIGIN = 'http://site.invalid'
const NONE: Address = { kind: 'none' }

/** Of a file below the output. */
export function toBase(file: string, basePath: string): Base {
  return { url: new URL(`${ORIGIN}${basePath}/${encodePath(file)}`), basePath }
}

/** As `<base href>` says. */
export function moveBase(base: Base, href: string): Base {
  return URL.canParse(href, base.url.href) ? { ...base, url: new URL(href, base.url) } : base
}

export function toAddress(reference: string, base: Base): Address {
  const text = reference.trim()
  if (text === '' || text.startsWith('#') || !URL.canParse(text, base.url.href)) return NONE
  const url = new URL(text, base.url)
  if (url.origin === ORIGIN) return toLocal(url.pathname, base.basePath)
  return url.protocol === 'http:' || url.protocol === 'https:' ? { kind: 'remote', url } : NONE
}

function toLocal(pathname: string, basePath: string): Address {
  if (!pathname.startsWith(`${basePath}/`)) return NONE
  const path = decodePath(pathname.slice(basePath.length + 1))
  // `%2e%2e%2f` is a name to a URL and a way out to a file system.
  if (path === null || /(^|[\\/])\.\.([\\/]|$)|[\0\\]/.test(path) || path === '') return NONE
  return { kind: 'local', path }
}

/**
 * How a variant is called where the original is called `reference`: relative where it is, so that a site that works in any folder still does.
 */
export function toAssetUrl(file: string, reference: string, base: Base): string {
  const own = `${base.basePath}/${encodePath(file)}`
  const isRelative = !/^\s*(?:[a-z][a-z0-9+.-]*:|[/\\])/i.test(reference)
  if (!isRelative || base.url.origin !== ORIGIN) return own
  return posix.relative(posix.dirname(`${base.url.pathname}x`), own)
}

/** Safe in HTML, in `srcset` and in CSS. */
export function encodePath(path: string): string {
  return encodeURIComponent(path)
    .replace(/%2F/g, '/')
    .replace(/['()]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`)
}

function decodePath(path: string): string | null {
  try {
    return decodeURIComponent(path)
  } catch {
    return null
  }
}
