/** A request to an answer, short of writing it: checks, negotiation, key, variant, headers. Never throws. */
import type { ResolvedConfig } from '../config/index.js'
import { cacheKey, type Engine, negotiate } from '../native.js'
import { type ImageParams, isBlurRequest, parseTarget, REFUSALS, Refusal, validate } from '../request/index.js'
import type { LocalFetch, LocalFile, Sources } from '../source/index.js'
import { isNotModified } from './etag.js'
import { type Failure, toFailure } from './failure.js'
import { type Headers, toHeaders, toValidators } from './headers.js'
import type { Log } from './log.js'
import { MIME_TYPES } from './media-type.js'
import { render } from './render.js'
import { toVariant, type Variant } from './variant.js'
import type { Found, Variants } from './variants.js'

export interface ImageRequest {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Aborted when the client has left: nothing is begun for it then. What others may wait for goes on. */
  readonly signal?: AbortSignal | undefined
  /** How a local URL that is no file is asked of the application. */
  readonly local?: LocalFetch | undefined
}

export interface ImageResponse {
  readonly status: number
  readonly headers: Headers
  readonly body: Buffer | null
}

export interface Parts {
  readonly config: ResolvedConfig
  readonly engine: Engine
  readonly sources: Sources
  readonly variants: Variants
  readonly log: Log
}

/** What nginx writes for a client that has left; nobody reads it. */
const CLIENT_LEFT = 499

export async function answer(
  request: ImageRequest,
  parts: () => Parts,
  config: ResolvedConfig,
  log: Log,
): Promise<ImageResponse> {
  let params: ImageParams | undefined
  try {
    params = validate(parseTarget(request.url).query, config)
    if (request.signal?.aborted) return { status: CLIENT_LEFT, headers: {}, body: null }
    return toResponse(await find(request, params, parts()), params, request, config)
  } catch (error) {
    const failure = toFailure(error)
    // A request that is wrong in itself is the client's concern alone.
    if (params !== undefined && failure.isLogged) log.failure(params.href, error, failure.status)
    return toErrorResponse(failure)
  }
}

async function find(request: ImageRequest, params: ImageParams, parts: Parts): Promise<Found> {
  const { config, sources, variants } = parts
  const accept = single(request.headers['accept'])
  const mimeType = negotiate(accept, config.images.formats)
  const mayChangeFormat = mimeType === MIME_TYPES.avif && negotiate(accept, [MIME_TYPES.webp]) !== null
  const file = params.isRemote && config.assetPrefix === '' ? null : sources.findFile(params.href)
  const isBlur = isBlurRequest(params, config.isDev)
  const choice = { mimeType, mayChangeFormat, file, isBlur }
  const key = toKey(params, { ...choice, config })
  const make = () => makeVariant(parts, params, { ...choice, local: request.local })
  return (
    variants.peek(key, make) ??
    (isReading(request) || params.isRemote ? variants.get(key, make) : findStored(variants, key, make))
  )
}

/** Next hands the method on to its own routes, which refuse all but GET and HEAD; what is cached is sent all the same. */
async function findStored(variants: Variants, key: string, make: () => Promise<Variant>): Promise<Found> {
  const found = await variants.find(key, make)
  if (found === null) throw new Refusal(405, REFUSALS.invalidInternal)
  return found
}

function isReading({ method }: ImageRequest): boolean {
  return method === 'GET' || method === 'HEAD'
}

interface Choice {
  readonly mimeType: string | null
  readonly mayChangeFormat: boolean
  readonly file: LocalFile | null
  readonly isBlur: boolean
}

/** Everything that the bytes depend on. A local file's version is in it, so a changed file is a miss. */
function toKey(
  { href, width, quality }: ImageParams,
  { mimeType, mayChangeFormat, file, isBlur, config }: Choice & { config: ResolvedConfig },
): string {
  const settings = `${mayChangeFormat ? 'webp ' : ''}${isBlur ? 'blur ' : ''}${config.images.dangerouslyAllowSVG ? 'svg ' : ''}${config.origin ?? ''}`
  return cacheKey([href, width, quality, mimeType, file === null ? null : file.version, settings])
}

async function makeVariant(
  parts: Parts,
  params: ImageParams,
  choice: Choice & { local: LocalFetch | undefined },
): Promise<Variant> {
  const { sources, engine, config, log } = parts
  const source = await sources.open(params, choice.file, choice.local)
  try {
    const onFailure = (error: unknown) => log.failure(params.href, error)
    return await toVariant(await render(source, params, { engine, images: config.images, ...choice, onFailure }))
  } finally {
    source.release()
  }
}

function toResponse(
  { variant, state }: Found,
  params: ImageParams,
  request: ImageRequest,
  config: ResolvedConfig,
): ImageResponse {
  const { headers, method } = request
  if (isNotModified(single(headers['if-none-match']), single(headers['cache-control']), variant.etag)) {
    return { status: 304, headers: toValidators(variant, params, config), body: null }
  }
  return {
    status: 200,
    headers: toHeaders(variant, params, config, state),
    body: method === 'HEAD' ? null : variant.data,
  }
}

function toErrorResponse({ status, message, retryAfter }: Failure): ImageResponse {
  const body = Buffer.from(message)
  const headers = {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': String(body.byteLength),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...(retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }),
  }
  return { status, headers, body }
}

function single(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'object' ? header.join(', ') : header
}
