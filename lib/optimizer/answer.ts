/** A request to an answer, short of writing it: checks, variant, headers. Never throws. */
import type { ResolvedConfig } from '../config/index.js'
import { isPixmillError } from '../errors.js'
import { type ImageParams, joinHeader, Refusal } from '../request/index.js'
import type { LocalFetch } from '../source/index.js'
import { isNotModified } from './etag.js'
import { type Failure, toFailure } from './failure.js'
import { type Headers, type ToHeaders, withoutContent } from './headers.js'
import type { Log } from './log.js'
import { lookUp, type Parts, peek } from './lookup.js'
import type { Observer } from './observer.js'
import type { Question, Questions } from './questions.js'
import type { Found } from './variants.js'

export interface ImageRequest {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Whether the client has left: nothing is begun for it then. What others may wait for goes on. */
  readonly isAbandoned?: (() => boolean) | undefined
  /** How a local URL that is no file is asked of the application. */
  readonly local?: LocalFetch | undefined
  /** Keeps a serverless platform from stopping what goes on behind the answer. */
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined
}

export interface ImageResponse {
  readonly status: number
  readonly headers: Headers
  readonly body: Buffer | null
}

export interface AnswerOptions {
  readonly config: ResolvedConfig
  readonly log: Log
  readonly observer: Observer
  readonly questions: Questions
  readonly toHeaders: ToHeaders
  /** Starts what a valid request needs, once. */
  readonly start: () => Parts
}

/** What nginx writes for a client that has left; nobody reads it. */
const CLIENT_LEFT = 499

/** Synchronous: the answer to a question that was asked before, from memory. Null: `answer` finds it, whatever it is. */
export function answerHit(request: ImageRequest, options: AnswerOptions): ImageResponse | null {
  const startedAt = performance.now()
  const question = options.questions.recall(request.url, joinHeader(request.headers['accept']))
  if (question === undefined) return null
  const found = peek(request, question, options.start())
  return found === null ? null : respond(request, { question, found, startedAt }, options)
}

export async function answer(request: ImageRequest, options: AnswerOptions): Promise<ImageResponse> {
  const { log, observer, questions, start } = options
  const startedAt = performance.now()
  let params: ImageParams | undefined
  try {
    const question = questions.read(request.url, joinHeader(request.headers['accept']))
    params = question.params
    if (request.isAbandoned?.()) return { status: CLIENT_LEFT, headers: {}, body: null }
    const found = await lookUp(request, question, start())
    return respond(request, { question, found, startedAt }, options)
  } catch (error) {
    const failure = toFailure(error)
    // A request that is wrong in itself is the client's concern alone.
    if (params !== undefined && failure.isLogged) log.failure(params.href, error, failure.status)
    observer.failed(toCode(error))
    observer.answered({ status: failure.status, state: null, tier: null, seconds: secondsSince(startedAt) })
    return toErrorResponse(failure)
  }
}

interface Answer {
  readonly question: Question
  readonly found: Found
  readonly startedAt: number
}

function respond(request: ImageRequest, { question, found, startedAt }: Answer, options: AnswerOptions): ImageResponse {
  const { headers, method } = request
  const { variant, state, tier } = found
  const seconds = secondsSince(startedAt)
  const own = options.toHeaders(question, found, seconds)
  const isKnown = isNotModified(
    joinHeader(headers['if-none-match']),
    joinHeader(headers['cache-control']),
    variant.etag,
  )
  const status = isKnown ? 304 : 200
  options.observer.answered({ status, state, tier, seconds })
  if (isKnown) return { status, headers: withoutContent(own), body: null }
  return { status, headers: own, body: method === 'HEAD' ? null : variant.data }
}

function secondsSince(startedAt: number): number {
  return (performance.now() - startedAt) / 1_000
}

function toCode(error: unknown): string {
  if (error instanceof Refusal) return `HTTP_${error.status}`
  return isPixmillError(error) ? error.code : 'ERR_INTERNAL'
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
