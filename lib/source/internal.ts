/**
 * A local URL that is no file: asked of the same application, in process or at its origin. Of the client's headers it carries those that the
 * operator allowed, and none otherwise.
 */
import { Readable } from 'node:stream'
import { type Agent, request } from 'undici'
import { hasPathPrefix } from '../config/index.js'
import { isPixmillError } from '../errors.js'
import { REFUSALS, Refusal } from '../request/index.js'
import { readBody } from './body.js'
import { createDeadline, type Deadline } from './deadline.js'
import { decodeBody } from './decode.js'
import { type Lender, type Source, toMemorySource, toUnchangedSource } from './source.js'
import { isConditional, readSourceHeaders, toConditions, type Validators } from './source-headers.js'

export interface LocalAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: AsyncIterable<Uint8Array>
}

/** How an application answers a path of its own, without a network. */
export type LocalFetch = (
  path: string,
  init: { readonly headers: Record<string, string>; readonly signal?: AbortSignal },
) => Promise<LocalAnswer>

export interface InternalOptions {
  readonly lender: Lender
  readonly maxBytes: number
  /** The client's, as far as `forwardHeaders` allows. */
  readonly forwarded: Readonly<Record<string, string>>
  readonly validators: Validators
  /** Called once, with the status, or null where none came. */
  readonly onEnd: (status: number | null) => void
}

/** A route that renders may be slower than a file server; a route that hangs must not hold a request for good. */
const TOTAL_MS = 30_000

/** An application with a base path serves nothing outside of it. */
export function withBasePath(href: string, basePath: string): string {
  const path = href.split(/[?#]/, 1)[0] ?? href
  return hasPathPrefix(path, basePath) ? href : basePath + href
}

export async function fetchInternal(href: string, fetch: LocalFetch, options: InternalOptions): Promise<Source> {
  const deadline = createDeadline(TOTAL_MS)
  const headers = { ...options.forwarded, accept: '*/*', ...toConditions(options.validators) }
  let status: number | null = null
  try {
    const answer = await untilAborted(fetch(href, { headers, signal: deadline.signal }), deadline.signal)
    status = answer.status
    return await load(answer, options, deadline)
  } catch (error) {
    throw toRefusal(error, deadline)
  } finally {
    deadline.end()
    options.onEnd(status)
  }
}

/** The application behind `--origin`. A redirect is an error, as it is inside Next. */
export function createOriginFetch(origin: string, agent: Agent): LocalFetch {
  return async (path, { headers, signal }) => {
    const answer = await request(toOriginUrl(path, origin), {
      dispatcher: agent,
      headers: { ...headers, 'accept-encoding': 'br, gzip, deflate' },
      signal: signal ?? null,
    })
    const flat = Object.entries(answer.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ])
    return { status: answer.statusCode, headers: Object.fromEntries(flat), body: answer.body }
  }
}

/** Headers of the client may go along, so a path that names another host is refused here too, whoever checked it before. */
function toOriginUrl(path: string, origin: string): URL {
  const url = new URL(path, origin)
  if (url.origin !== new URL(origin).origin) throw new Refusal(400, REFUSALS.notAllowed)
  return url
}

async function load(
  { status, headers, body }: LocalAnswer,
  { lender, maxBytes, validators }: InternalOptions,
  deadline: Deadline,
): Promise<Source> {
  const raw = Readable.from(body, { objectMode: false })
  const onAbort = () => raw.destroy(deadline.signal.reason)
  deadline.signal.addEventListener('abort', onAbort, { once: true })
  try {
    if (status === 304 && isConditional(validators)) {
      discard(raw)
      return toUnchangedSource(readSourceHeaders(headers))
    }
    if (status < 200 || status > 299) throw new Refusal(status, REFUSALS.invalidInternal)
    const stream = decodeBody(raw, headers['content-encoding'])
    const rules = { lender, maxBytes, message: REFUSALS.invalidInternal, wait: deadline.pauseFor }
    const declared =
      stream === raw && /^\d{1,15}$/.test(headers['content-length'] ?? '') ? Number(headers['content-length']) : null
    return toMemorySource(await readBody(stream, declared, rules), readSourceHeaders(headers))
  } finally {
    discard(raw)
    deadline.signal.removeEventListener('abort', onAbort)
  }
}

function discard(raw: Readable): void {
  raw.on('error', () => {})
  raw.destroy()
}

/** A fetch that takes no notice of its signal must not hold us. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    promise.then(resolve, reject)
  })
}

function toRefusal(error: unknown, deadline: Deadline): unknown {
  if (error instanceof Refusal || isPixmillError(error)) return error
  if (deadline.isOver) return new Refusal(504, REFUSALS.slowUpstream, { cause: error })
  return new Refusal(500, REFUSALS.invalidUpstream, { cause: error })
}
