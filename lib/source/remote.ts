/** Fetches a remote source: every hop is checked, time and bytes are bounded. Sends nothing of the client. */
import { type Agent, type Dispatcher, request } from 'undici'
import { isPixmillError } from '../errors.js'
import { joinHeader, matchesRemote, REFUSALS, Refusal, type RemoteRules } from '../request/index.js'
import { readBody } from './body.js'
import { isPrivateAddressError } from './connect.js'
import { createDeadline, type Deadline } from './deadline.js'
import { decodeBody } from './decode.js'
import { type Lender, type Source, toMemorySource, toUnchangedSource } from './source.js'
import { isConditional, readSourceHeaders, toConditions, type Validators } from './source-headers.js'

export interface RemoteOptions {
  readonly agent: Agent
  readonly lender: Lender
  readonly rules: RemoteRules
  readonly maxRedirects: number
  readonly maxBytes: number
  /** From the request to the last byte, over all hops. */
  readonly totalMs?: number
  /** Of the copy that is there: the upstream may say that nothing has changed. */
  readonly validators?: Validators
  /** Called once, with the status of the last hop, or null where none came. */
  readonly onEnd?: (status: number | null) => void
}

type Answer = Dispatcher.ResponseData

const TOTAL_MS = 7_000
const REDIRECTS = [301, 302, 303, 307, 308]
const HEADERS = {
  accept: '*/*',
  'accept-language': '*',
  'sec-fetch-mode': 'cors',
  'user-agent': 'pixmill',
  'accept-encoding': 'br, gzip, deflate',
}

export async function fetchRemote(href: string, options: RemoteOptions): Promise<Source> {
  const deadline = createDeadline(options.totalMs ?? TOTAL_MS)
  let status: number | null = null
  try {
    const answer = await follow(new URL(href), options, deadline.signal)
    status = answer.statusCode
    return await load(answer, options, deadline)
  } catch (error) {
    throw toRefusal(error, deadline)
  } finally {
    deadline.end()
    options.onEnd?.(status)
  }
}

async function follow(
  start: URL,
  { agent, rules, maxRedirects, validators = {} }: RemoteOptions,
  signal: AbortSignal,
): Promise<Answer> {
  const conditions = toConditions(validators)
  let url = start
  for (let hop = 0; ; hop++) {
    checkHop(url, rules)
    const headers = { ...HEADERS, ...conditions, ...toCredentials(url) }
    const answer = await request(url, { dispatcher: agent, method: 'GET', headers, signal })
    const next = toRedirect(answer, url)
    if (next === null) return answer
    // Not drained: only the body of the last hop is bounded.
    discard(answer)
    if (hop === maxRedirects) throw new Refusal(508, REFUSALS.invalidUpstream)
    url = next
  }
}

function checkHop(url: URL, rules: RemoteRules): void {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new Refusal(400, REFUSALS.invalidUpstream)
  if (!matchesRemote(rules, url)) throw new Refusal(400, REFUSALS.notAllowed)
}

/** What the URL itself says of user and password. undici leaves it out. */
function toCredentials({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {}
  const [user, secret] = [username, password].map(decode)
  return { authorization: `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}` }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function toRedirect({ statusCode, headers }: Answer, base: URL): URL | null {
  const location = joinHeader(headers['location'])
  if (!REDIRECTS.includes(statusCode) || !location || !URL.canParse(location, base.href)) return null
  return new URL(location, base)
}

async function load(
  answer: Answer,
  { lender, maxBytes, validators = {} }: RemoteOptions,
  deadline: Deadline,
): Promise<Source> {
  const { statusCode, headers, body } = answer
  try {
    if (statusCode === 304 && isConditional(validators)) {
      discard(answer)
      return toUnchangedSource(readSourceHeaders(headers))
    }
    if (statusCode < 200 || statusCode > 299) throw new Refusal(statusCode, REFUSALS.invalidUpstream)
    const encoding = joinHeader(headers['content-encoding'])
    const stream = decodeBody(body, encoding)
    const declared = stream === body ? toLength(joinHeader(headers['content-length'])) : null
    const rules = { lender, maxBytes, message: REFUSALS.invalidUpstream, wait: deadline.pauseFor }
    return toMemorySource(await readBody(stream, declared, rules), readSourceHeaders(headers))
  } finally {
    // Also after success: what stands behind an encoded body is never read, and would keep its connection.
    discard(answer)
  }
}

function discard({ body }: Answer): void {
  body.on('error', () => {})
  body.destroy()
}

function toLength(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : null
}

/** What is neither a refusal nor ours by its code is the network's doing. */
function toRefusal(error: unknown, deadline: Deadline): unknown {
  if (error instanceof Refusal || isPixmillError(error)) return error
  if (isPrivateAddressError(error)) return new Refusal(400, REFUSALS.notAllowed, { cause: error })
  if (deadline.isOver) return new Refusal(504, REFUSALS.slowUpstream, { cause: error })
  return new Refusal(500, REFUSALS.failed, { cause: error })
}
