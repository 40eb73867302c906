/** A local URL that is no file: asked of the same application, in process or at its origin. Never carries the client's headers. */
import { Readable } from 'node:stream'
import { type Agent, request } from 'undici'
import { hasPathPrefix } from '../config/index.js'
import { isPixmillError } from '../errors.js'
import { REFUSALS, Refusal } from '../request/index.js'
import { readBody } from './body.js'
import { createDeadline, type Deadline } from './deadline.js'
import { decodeBody } from './decode.js'
import { type Lender, type Source, toMemorySource } from './source.js'

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
  try {
    const answer = await untilAborted(
      fetch(href, { headers: { accept: '*/*' }, signal: deadline.signal }),
      deadline.signal,
    )
    return await load(answer, options, deadline)
  } catch (error) {
    throw toRefusal(error, deadline)
  } finally {
    deadline.end()
  }
}

/** The application behind `--origin`. A redirect is an error, as it is inside Next. */
export function createOriginFetch(origin: string, agent: Agent): LocalFetch {
  return async (path, { headers, signal }) => {
    const answer = await request(new URL(path, origin), {
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

async function load(
  { status, headers, body }: LocalAnswer,
  { lender, maxBytes }: InternalOptions,
  deadline: Deadline,
): Promise<Source> {
  const raw = Readable.from(body, { objectMode: false })
  const onAbort = () => raw.destroy(deadline.signal.reason)
  deadline.signal.addEventListener('abort', onAbort, { once: true })
  try {
    if (status < 200 || status > 299) throw new Refusal(status, REFUSALS.invalidInternal)
    const stream = decodeBody(raw, headers['content-encoding'])
    const rules = { lender, maxBytes, message: REFUSALS.invalidInternal, wait: deadline.pauseFor }
    const declared =
      stream === raw && /^\d{1,15}$/.test(headers['content-length'] ?? '') ? Number(headers['content-length']) : null
    return toMemorySource(await readBody(stream, declared, rules), headers['cache-control'])
  } catch (error) {
    raw.on('error', () => {})
    raw.destroy()
    throw error
  } finally {
    deadline.signal.removeEventListener('abort', onAbort)
  }
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
