/** From a source to a variant: what is passed through, what is optimized, and what is sent when that fails. Next's rules. */
import type { ResolvedConfig, ResolvedImages } from '../config/index.js'
import {
  decodes,
  type Engine,
  type OptimizeOptions,
  type OptimizeResult,
  probe,
  type SourceFormat,
  sniff,
} from '../native.js'
import { REFUSALS, Refusal } from '../request/index.js'
import type { Source } from '../source/index.js'
import { toBlurSvg } from './blur.js'
import { isLasting, isReplaceable } from './failure.js'
import { resolveSharing, resolveTtl } from './freshness.js'
import { MIME_TYPES, toFormat } from './media-type.js'
import type { Observer } from './observer.js'
import type { Question } from './questions.js'
import { type Draft, FAILURE_TTL } from './variant.js'

/** How much is put into it. */
export type Effort = Pick<OptimizeOptions, 'speed' | 'isIdle' | 'signal'>

export interface RenderOptions {
  readonly engine: Engine
  readonly config: ResolvedConfig
  readonly observer: Observer
  /** The source has seen headers of the client. */
  readonly isPersonal: boolean
  readonly effort: Effort
  readonly onFailure: (error: unknown) => void
}

/** Of an AVIF that may be made a second time. */
const FIRST_EFFORT: Effort = { speed: 'fast' }

/** Never decoded over HTTP; HEIC only where the addon was built for it. */
const PASSED_THROUGH: readonly SourceFormat[] = [
  ...(['svg', 'ico', 'icns', 'bmp', 'jxl'] as const),
  ...(decodes('heic') ? [] : (['heic'] as const)),
]
const ANIMATABLE: readonly SourceFormat[] = ['gif', 'png', 'webp']
/** No browser shows them, so they are never sent. */
const UNSHOWABLE: readonly SourceFormat[] = ['tiff']

export async function render(source: Source, question: Question, options: RenderOptions): Promise<Draft> {
  const { images } = options.config
  const common = {
    ttl: resolveTtl(source.headers.cacheControl, images.minimumCacheTTL),
    sharing: resolveSharing(source.headers.cacheControl, options.isPersonal),
    isFallback: false,
    isInterim: false,
  }
  const format = checkType(source, images)
  const original = async () => ({ ...common, data: await source.read(), contentType: MIME_TYPES[format] })
  if (await isPassedThrough(source, format)) return original()
  try {
    const result = await optimize(source, format, question, options)
    options.observer.encoded(result.timings, result.format)
    const { total: _, ...steps } = result.timings
    if (question.isBlur) return { ...common, steps, data: toBlurSvg(toTiny(result)), contentType: MIME_TYPES.svg }
    // Never more bytes than the source in the same format, where the source is the picture that was asked for.
    if (result.format === format && result.data.byteLength > source.size && isSameShape(source, result))
      return { ...(await original()), steps }
    const isInterim = options.config.options.twoPhase && result.format === 'avif'
    return { ...common, isInterim, steps, data: result.data, contentType: MIME_TYPES[result.format] }
  } catch (error) {
    if (!isReplaceable(error) || UNSHOWABLE.includes(format)) throw error
    options.onFailure(error)
    const lasting = isLasting(error)
    return { ...(await original()), ...(lasting ? {} : { ttl: FAILURE_TTL, isFallback: true }) }
  }
}

/** By magic bytes only; the upstream's Content-Type is not believed. */
function checkType({ head }: Source, { dangerouslyAllowSVG }: ResolvedImages): SourceFormat {
  const sniffed = sniff(head)
  if (sniffed === null || !MIME_TYPES[sniffed.format]?.startsWith('image/')) throw new Refusal(400, REFUSALS.notAnImage)
  if (sniffed.format === 'svg' && !dangerouslyAllowSVG) throw new Refusal(400, REFUSALS.typeNotAllowed)
  return sniffed.format
}

async function isPassedThrough(source: Source, format: SourceFormat): Promise<boolean> {
  if (PASSED_THROUGH.includes(format)) return true
  return ANIMATABLE.includes(format) && (await isAnimated(source, format))
}

/** PNG and WebP say so in their first chunks; a GIF only by its second picture. */
async function isAnimated(source: Source, format: SourceFormat): Promise<boolean> {
  const bytes = format === 'gif' ? await source.read() : source.head
  return sniff(bytes)?.isAnimated === true
}

async function optimize(
  source: Source,
  format: SourceFormat,
  { params: { width, quality }, mimeType, mayChangeFormat }: Question,
  { engine, config, effort }: RenderOptions,
): Promise<OptimizeResult> {
  const target = mimeType === null ? toOwnFormat(source, format) : toFormat(mimeType)
  const isFirst = config.options.twoPhase && target === 'avif'
  const options = { width, quality, format: target, mayChangeFormat, ...(isFirst ? FIRST_EFFORT : {}), ...effort }
  return engine.optimize(source.path ?? source.head, options, source.permit)
}

/** Without a matching `Accept`: the source's format, in a form that every browser shows. */
function toOwnFormat(source: Source, format: SourceFormat): 'gif' | 'jpeg' | 'png' {
  if (format === 'gif' || format === 'png') return format
  if (format !== 'tiff' && format !== 'heic') return 'jpeg'
  return probe(source.path ?? source.head).hasAlpha ? 'png' : 'jpeg'
}

/** As large as the result, and stored the right way up. */
function isSameShape(source: Source, { width, height }: OptimizeResult): boolean {
  const stored = probe(source.path ?? source.head)
  return stored.width === width && stored.height === height && stored.orientation < 2
}

function toTiny({ data, format, width, height }: OptimizeResult) {
  return { data, contentType: MIME_TYPES[format], width, height }
}
