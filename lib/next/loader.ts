/**
 * The loader that `next/image` calls, in the browser too: a picture's URL from its source, width and quality. Imports nothing and keeps no
 * state. Does itself what Next leaves out for a custom loader: the nearest allowed quality, `dpl`, and sources that stay as they are.
 */

interface LoaderSettings {
  /** The endpoint as the browser calls it: base path and trailing slash included. */
  path: string
  /** `images.qualities`; null: all. */
  qualities: number[] | null
  /** `images.dangerouslyAllowSVG`. */
  optimizesSvg: boolean
  /** Next 15 marks only its own static media with the deployment; Next 16 marks every local source. */
  marksAllLocal: boolean
}

export interface LoaderProps {
  src: string
  width: number
  quality?: number | undefined
}

const DEFAULT_QUALITY = 75

// Bundlers replace `process.env.NAME` only where it is written out, so these three stay literal.
const settings = parseSettings(process.env.PIXMILL_LOADER)

/** The URL that answers with `src` at `width`. */
export default function pixmillLoader({ src, width, quality }: LoaderProps): string {
  if (isVerbatim(src)) return src
  const deployment = settings.marksAllLocal ? extractDeployment(src) : { src, id: staticMediaDeployment(src) }
  const url = `${settings.path}?url=${encodeURIComponent(deployment.src)}&w=${width}&q=${toAllowedQuality(quality)}`
  return deployment.id ? `${url}&dpl=${deployment.id}` : url
}

function parseSettings(text: string | undefined): LoaderSettings {
  const defaults: LoaderSettings = { path: '/_next/image', qualities: null, optimizesSvg: false, marksAllLocal: true }
  return text ? { ...defaults, ...(JSON.parse(text) as Partial<LoaderSettings>) } : defaults
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
