/**
 * The loader that `next/image` calls, in the browser too: a picture's URL from its source, width and quality. Imports nothing and keeps no
 * state but the list of what was asked for while a static export is built. Does itself what Next leaves out for a custom loader: the nearest
 * allowed quality, `dpl`, and sources that stay as they are.
 */

/** What a URL of a static export ends with. `negotiated`: nothing, the web server chooses between the files beside each other. */
export type ExportFormat = 'webp' | 'avif' | 'jpeg' | 'negotiated'

/** Formats that a file of a static export may have. */
export type FileFormat = 'avif' | 'webp' | 'jpeg' | 'png'

interface LoaderSettings {
  /** The endpoint as the browser calls it: base path and trailing slash included. */
  path: string
  /** `images.qualities`; null: all. */
  qualities: number[] | null
  /** `images.dangerouslyAllowSVG`. */
  optimizesSvg: boolean
  /** Next 15 marks only its own static media with the deployment; Next 16 marks every local source. */
  marksAllLocal: boolean
  /** The format of a static export, whose pictures are files; null: an endpoint answers. */
  files: ExportFormat | null
  /** `images.deviceSizes` and `images.imageSizes`, ascending. */
  deviceSizes: number[]
  imageSizes: number[]
}

export interface LoaderProps {
  src: string
  width: number
  quality?: number | undefined
}

const DEFAULT_QUALITY = 75

// Bundlers replace `process.env.NAME` only where it is written out, so these stay literal.
const settings = parseSettings(process.env.PIXMILL_LOADER)

/** What `withPixmill` told the loader. */
export const loaderSettings: Readonly<LoaderSettings> = settings

/** The URL that answers with `src` at `width`. */
export default function pixmillLoader({ src, width, quality }: LoaderProps): string {
  return toImageUrl({ src, width, quality })
}

/** `format` is that of a static export's file, `original` the source's own by its name; an endpoint negotiates and takes no notice of it. */
export interface ImageUrlProps extends LoaderProps {
  format?: FileFormat | 'original' | undefined
}

/** As the loader, for components of ours that say the format themselves. */
export function toImageUrl({ src, width, quality, format }: ImageUrlProps): string {
  if (isVerbatim(src)) return src
  if (settings.files !== null) return toFileUrl(src, width, toAllowedQuality(quality), toWrittenFormat(src, format))
  const deployment = settings.marksAllLocal ? extractDeployment(src) : { src, id: staticMediaDeployment(src) }
  const url = `${settings.path}?url=${encodeURIComponent(deployment.src)}&w=${width}&q=${toAllowedQuality(quality)}`
  return deployment.id ? `${url}&dpl=${deployment.id}` : url
}

/** Whether pictures are files of a static export: nobody negotiates. */
export function isExport(): boolean {
  return settings.files !== null
}

function parseSettings(text: string | undefined): LoaderSettings {
  const defaults: LoaderSettings = {
    path: '/_next/image',
    qualities: null,
    optimizesSvg: false,
    marksAllLocal: true,
    files: null,
    deviceSizes: [640, 750, 828, 1080, 1200, 1920, 2048, 3840],
    imageSizes: [32, 48, 64, 96, 128, 256, 384],
  }
  return text ? { ...defaults, ...(JSON.parse(text) as Partial<LoaderSettings>) } : defaults
}

function toFileUrl(written: string, width: number, quality: number, format: ExportFormat | FileFormat): string {
  const { src } = extractDeployment(written)
  record([src, width, quality, format])
  return `${settings.path.replace(/\/+$/, '')}/${toId(src)}/${toFileName(toSlug(src), width, quality, toExtension(format))}`
}

function toWrittenFormat(src: string, format: ImageUrlProps['format']): ExportFormat | FileFormat {
  if (format === undefined) return settings.files ?? 'webp'
  return format === 'original' ? toOriginalFormat(src) : format
}

/** By the name alone: a browser has nothing else. What has no say in it (AVIF, TIFF, no extension) is written as JPEG. */
function toOriginalFormat(src: string): FileFormat {
  const extension = /\.([a-z]+)(?:[?#]|$)/i.exec(src)?.[1]?.toLowerCase()
  return extension === 'png' || extension === 'webp' ? extension : 'jpeg'
}

/** `''` where the web server chooses. */
export function toExtension(format: ExportFormat | FileFormat): string {
  if (format === 'negotiated') return ''
  return format === 'jpeg' ? '.jpg' : `.${format}`
}

/** `hero-640-75.webp`. */
export function toFileName(slug: string, width: number, quality: number, extension: string): string {
  return `${slug}-${width}-${quality}${extension}`
}

/** What people see of a source in its URL: the last part of its path, in letters that need no encoding anywhere. */
export function toSlug(src: string): string {
  const name = (src.split(/[?#]/, 1)[0] ?? '').split('/').at(-1) ?? ''
  const words = name.replace(/\.[^.]*$/, '').toLowerCase()
  const slug = words.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '')
  return slug.slice(0, MAX_SLUG).replace(/-+$/, '') || 'image'
}

const MAX_SLUG = 40

/**
 * 11 characters for a source: 57 bits, so that two of a million sources meet once in 300,000 sites. Lower case, since some file systems take no
 * notice of case. Not cryptographic: a browser computes it for every picture, synchronously.
 */
export function toId(src: string): string {
  let high = 0x9e3779b9
  let low = 0x85ebca6b
  for (let at = 0; at < src.length; at++) {
    const unit = src.charCodeAt(at)
    high = Math.imul(high ^ unit, 0x01000193)
    low = Math.imul(low ^ unit, 0x5bd1e995)
    low ^= low >>> 15
  }
  // Each half sees the other, so that a difference in the last letter reaches every digit.
  const first = scramble(high ^ (low >>> 16))
  const second = scramble(low ^ first)
  return toDigits(first, 6) + toDigits(second, 5)
}

/** The finalizer of MurmurHash3: its two multipliers and three shifts. */
function scramble(value: number): number {
  let mixed = value ^ (value >>> 16)
  mixed = Math.imul(mixed, 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}

function toDigits(value: number, count: number): string {
  return (value % 36 ** count).toString(36).padStart(count, '0')
}

/** In order: source, width, quality, format. */
type Recorded = [src: string, width: number, quality: number, format: ExportFormat | FileFormat]

const recorded = new Set<string>()

// Bundlers replace `typeof window`; no types of a browser are loaded here.
declare const window: unknown

/** A page rendered by `next build` tells the exporter what it shows, exactly: a line of JSON each, in a file that all workers append to. */
function record(asked: Recorded): void {
  if (typeof window !== 'undefined') return
  const file = process.env.PIXMILL_RECORD
  if (!file) return
  const line = `${JSON.stringify(asked)}\n`
  if (recorded.has(line)) return
  recorded.add(line)
  // Node 20.16 has it; on older ones the exporter goes by what it finds in the pages.
  process.getBuiltinModule?.('fs').appendFileSync(file, line)
}

function isVerbatim(src: string): boolean {
  if (src.startsWith('data:') || src.startsWith('blob:')) return true
  return !settings.optimizesSvg && (src.split('?', 1)[0] ?? '').endsWith('.svg')
}

function toAllowedQuality(quality: number | undefined): number {
  const wanted = quality || DEFAULT_QUALITY
  const allowed = settings.qualities
  if (!allowed?.length) return wanted
  return allowed.reduce((best, next) => (Math.abs(next - wanted) < Math.abs(best - wanted) ? next : best))
}

// Next writes `false` here when the app has no deployment id.
function deploymentId(): string | undefined {
  return process.env.NEXT_DEPLOYMENT_ID || undefined
}

function staticMediaDeployment(src: string): string | undefined {
  return src.startsWith('/_next/static/media/') ? deploymentId() : undefined
}

/** Takes `dpl` out of a local source and puts it beside it, so that local patterns see the clean source. */
function extractDeployment(src: string): { src: string; id: string | undefined } {
  if (!src.startsWith('/')) return { src, id: undefined }
  const id = deploymentId()
  if (src.startsWith('//')) return { src, id }
  const hasToken = !process.env.NEXT_SUPPORTS_IMMUTABLE_ASSETS && id !== undefined
  if (src.includes('/_next/static/immutable') && !hasToken) return { src, id: undefined }
  // Not `new URL`: it would encode a path that is encoded once more above.
  const question = src.indexOf('?')
  if (question === -1) return { src, id }
  const query = new URLSearchParams(src.slice(question + 1))
  const own = query.get('dpl')
  if (!own) return { src, id }
  query.delete('dpl')
  const rest = query.toString()
  return { src: src.slice(0, question) + (rest ? `?${rest}` : ''), id: own }
}
