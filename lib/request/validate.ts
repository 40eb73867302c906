/** Next's checks of `url`, `w` and `q`: same order, same texts. Pure; negotiation and sources come later. */
import type { ResolvedConfig, ResolvedImages } from '../config/index.js'
import { matchesLocal, matchesRemote } from './match.js'
import type { Query } from './query.js'
import { REFUSALS, Refusal } from './refusal.js'

/** What a valid request asks for. */
export interface ImageParams {
  /** As Next has it: a local URL as given, a remote one normalized. */
  readonly href: string
  readonly isRemote: boolean
  /** A static import: its name holds its hash, so it never changes. */
  readonly isStatic: boolean
  readonly width: number
  readonly quality: number
}

type UrlParams = Pick<ImageParams, 'href' | 'isRemote'>

const MAX_URL_LENGTH = 3072
/** webpack's blur placeholder in development. */
const BLUR_WIDTH = 8
const BLUR_QUALITY = 70
const ORIGIN = 'http://n'
const STATIC_MEDIA = ['/_next/static/media', '/_next/static/immutable/media']

/** Throws the `Refusal` of the first check that fails. */
export function validate(query: Query, config: ResolvedConfig): ImageParams {
  const url = checkUrl(query['url'])
  const source = url.startsWith('/') ? checkLocal(url, config) : checkRemote(url, config.images)
  const w = checkDigits(query['w'], WIDTH)
  const q = checkDigits(query['q'], QUALITY)
  const width = checkWidth(Number.parseInt(w, 10), config)
  const quality = checkQuality(Number.parseInt(q, 10), q, config)
  return { ...source, isStatic: isStatic(url, config.basePath), width, quality }
}

/** `next dev` asks webpack's placeholder with these; the answer is then Next's blurred SVG. */
export function isBlurRequest({ width, quality }: ImageParams, isDev: boolean): boolean {
  return isDev && width <= BLUR_WIDTH && quality === BLUR_QUALITY
}

function refuse(message: string): never {
  throw new Refusal(400, message)
}

function checkUrl(url: Query[string]): string {
  if (!url) return refuse('"url" parameter is required')
  if (typeof url !== 'string') return refuse('"url" parameter cannot be an array')
  if (url.length > MAX_URL_LENGTH) return refuse('"url" parameter is too long')
  // WHATWG takes a backslash for a slash, and drops tabs and line ends: `/\host` and `/<tab>/host` are protocol-relative too. Next lets them pass
  // to its router.
  if (/^\/[\t\n\r]*[/\\]/.test(url)) return refuse('"url" parameter cannot be a protocol-relative URL (//)')
  return url
}

function checkLocal(url: string, config: ResolvedConfig): UrlParams {
  const parsed = URL.canParse(url, ORIGIN) ? new URL(url, ORIGIN) : refuse('"url" parameter is invalid')
  const path = decode(parsed.pathname) ?? refuse('"url" parameter is invalid')
  if (isRecursive(path, config.endpointPath)) refuse('"url" parameter cannot be recursive')
  if (!isAllowed(parsed, config)) refuse(REFUSALS.notAllowed)
  return { href: url, isRemote: false }
}

function checkRemote(url: string, images: ResolvedImages): UrlParams {
  const parsed = URL.canParse(url) ? new URL(url) : refuse('"url" parameter is invalid')
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') refuse('"url" parameter is invalid')
  if (!matchesRemote(images, parsed)) refuse(REFUSALS.notAllowed)
  return { href: parsed.href, isRemote: true }
}

/** Next throws here, which is a 500. */
function decode(pathname: string): string | undefined {
  try {
    return decodeURIComponent(pathname)
  } catch {
    return undefined
  }
}

function isRecursive(path: string, endpointPath: string): boolean {
  return /\/_next\/image($|\/)/.test(path) || path === endpointPath || path.startsWith(`${endpointPath}/`)
}

/** With a base path Next refuses static imports as soon as `localPatterns` is set; they are allowed here without it in front. */
function isAllowed(url: URL, { basePath, images }: ResolvedConfig): boolean {
  if (matchesLocal(images.localPatterns, url)) return true
  if (basePath === '' || !isStatic(url.pathname, basePath)) return false
  return matchesLocal(images.localPatterns, new URL(url.pathname.slice(basePath.length) + url.search, ORIGIN))
}

function isStatic(url: string, basePath: string): boolean {
  return STATIC_MEDIA.some((folder) => url.startsWith(basePath + folder))
}

interface Digits {
  readonly name: string
  readonly range: string
}

const WIDTH: Digits = { name: '"w" parameter (width)', range: 'must be an integer greater than 0' }
const QUALITY: Digits = { name: '"q" parameter (quality)', range: 'must be an integer between 1 and 100' }

function checkDigits(value: Query[string], { name, range }: Digits): string {
  if (!value) return refuse(`${name} is required`)
  if (typeof value !== 'string') return refuse(`${name} cannot be an array`)
  return /^[0-9]+$/.test(value) ? value : refuse(`${name} ${range}`)
}

function checkWidth(width: number, { images, isDev }: ResolvedConfig): number {
  if (width <= 0) refuse(`${WIDTH.name} ${WIDTH.range}`)
  const isValid =
    images.deviceSizes.includes(width) || images.imageSizes.includes(width) || (isDev && width <= BLUR_WIDTH)
  return isValid ? width : refuse(`${WIDTH.name} of ${width} is not allowed`)
}

function checkQuality(quality: number, written: string, { images, isDev }: ResolvedConfig): number {
  if (quality < 1 || quality > 100) refuse(`${QUALITY.name} ${QUALITY.range}`)
  const isValid = images.qualities === null || images.qualities.includes(quality) || (isDev && quality === BLUR_QUALITY)
  return isValid ? quality : refuse(`${QUALITY.name} of ${written} is not allowed`)
}
