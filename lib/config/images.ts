/**
 * `images` of next.config with the defaults of Next 16.4. An absent key is Next's default; `null` is what an explicit `undefined` is to Next's
 * optimizer. Both forms are taken: as written, and as resolved in Next's manifests. Never reads a file.
 */
import { optionError } from '../errors.js'
import { type Check, flag, integer, list, oneOf, text } from './check.js'
import { compileLocalPattern, compileRemotePattern, type LocalPattern, type RemotePattern } from './pattern.js'

export interface ResolvedImages {
  readonly path: string
  readonly deviceSizes: readonly number[]
  readonly imageSizes: readonly number[]
  /** `null`: 1 to 100. */
  readonly qualities: readonly number[] | null
  readonly formats: readonly string[]
  /** `null`: every local URL. */
  readonly localPatterns: readonly LocalPattern[] | null
  readonly remotePatterns: readonly RemotePattern[]
  readonly domains: readonly string[]
  readonly minimumCacheTTL: number
  /** `null`: half of the free space, as Next. */
  readonly maximumDiskCacheSize: number | null
  readonly maximumRedirects: number
  readonly maximumResponseBody: number
  readonly dangerouslyAllowLocalIP: boolean
  readonly dangerouslyAllowSVG: boolean
  /** `null`: no such header. */
  readonly contentSecurityPolicy: string | null
  readonly contentDispositionType: 'inline' | 'attachment'
  /** The application serves its pictures as they are: there is no endpoint. */
  readonly unoptimized: boolean
}

interface Row<T> {
  readonly check: Check<T>
  /** For an absent key. */
  readonly absent: T
  /** For `null`. */
  readonly none: T
}

type Table = { readonly [Name in keyof ResolvedImages]: Row<ResolvedImages[Name]> }

const STATIC_MEDIA = ['/_next/static/media/**', '/_next/static/immutable/media/**'].map((pathname) => ({
  pathname,
  search: '',
}))
const ANY_PATH_WITHOUT_SEARCH = [{ pathname: '**', search: '' }]

/** Next adds the static imports to what the user wrote. */
const localPatterns: Check<readonly LocalPattern[]> = (value, name) => {
  const written = list((pattern) => pattern)(value, name)
  return list(compileLocalPattern)([...written, ...STATIC_MEDIA], name)
}

/** What a response header may hold. */
const headerValue: Check<string> = (value, name) => {
  if (typeof value !== 'string' || /[^\t\x20-\x7e]/.test(value))
    throw optionError(name, 'a string of printable ASCII', value)
  return value
}

const sizes = list(integer(1, 10_000))
const mimeType = oneOf('image/avif', 'image/webp')

const TABLE: Table = {
  path: { check: text, absent: '/_next/image', none: '/_next/image' },
  deviceSizes: { check: sizes, absent: [640, 750, 828, 1080, 1200, 1920, 2048, 3840], none: [] },
  imageSizes: { check: sizes, absent: [32, 48, 64, 96, 128, 256, 384], none: [] },
  qualities: { check: list(integer(1, 100)), absent: [75], none: null },
  formats: { check: list(mimeType), absent: ['image/webp'], none: ['image/webp'] },
  localPatterns: {
    check: localPatterns,
    absent: list(compileLocalPattern)(ANY_PATH_WITHOUT_SEARCH, 'images.localPatterns'),
    none: null,
  },
  remotePatterns: { check: list(compileRemotePattern), absent: [], none: [] },
  domains: { check: list(text), absent: [], none: [] },
  minimumCacheTTL: { check: integer(0), absent: 14_400, none: 14_400 },
  maximumDiskCacheSize: { check: integer(0), absent: null, none: null },
  maximumRedirects: { check: integer(0, 20), absent: 3, none: 3 },
  maximumResponseBody: { check: integer(1), absent: 50_000_000, none: 50_000_000 },
  dangerouslyAllowLocalIP: { check: flag, absent: false, none: false },
  dangerouslyAllowSVG: { check: flag, absent: false, none: false },
  contentSecurityPolicy: {
    check: headerValue,
    absent: "script-src 'none'; frame-src 'none'; sandbox;",
    none: null,
  },
  unoptimized: { check: flag, absent: false, none: false },
  contentDispositionType: { check: oneOf('inline', 'attachment'), absent: 'attachment', none: 'attachment' },
}

/** Keys that are not in the table do not concern a server, or belong to another version of Next, which checked them. */
export function resolveImages(images: unknown, assetPrefix: string): ResolvedImages {
  const given = toRecord(images)
  const table: Record<string, Row<unknown>> = TABLE
  const resolved = Object.fromEntries(
    Object.entries(table).map(([name, row]) => [name, resolveRow(`images.${name}`, row, given[name])]),
  )
  return Object.freeze(withAssetPrefix(resolved as unknown as ResolvedImages, assetPrefix))
}

function resolveRow(name: string, { check, absent, none }: Row<unknown>, value: unknown): unknown {
  if (value === undefined) return absent
  return value === null ? none : check(value, name)
}

/** Static imports carry the asset prefix; where it is another origin, Next allows that origin. */
function withAssetPrefix(images: ResolvedImages, assetPrefix: string): ResolvedImages {
  if (!/^https?:\/\//i.test(assetPrefix) || !URL.canParse(assetPrefix)) return images
  const { protocol, hostname, port } = new URL(assetPrefix)
  const pattern = compileRemotePattern({ protocol, hostname, port }, 'assetPrefix')
  return { ...images, remotePatterns: Object.freeze([...images.remotePatterns, pattern]) }
}

function toRecord(images: unknown): Record<string, unknown> {
  if (images === undefined || images === null) return {}
  if (typeof images !== 'object' || Array.isArray(images)) throw optionError('images', 'an object', images)
  return images as Record<string, unknown>
}
