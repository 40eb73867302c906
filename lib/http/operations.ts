/** `/health` and `/metrics` for Node's `http`, at the root whatever the base path. Knows no picture, and tells nothing about one. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Metrics } from './metrics.js'
import type { NodeHandler } from './node-handler.js'
import { readVersion } from './version.js'

export interface OperationsOptions {
  readonly metrics: Pick<Metrics, 'text'>
  /** Whether the server takes no more requests. */
  readonly isClosing?: () => boolean
  /** A scrape that failed, which the scraper sees as 500. */
  readonly onError?: (error: unknown) => void
}

interface Page {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

export function createOperations(options: OperationsOptions): NodeHandler {
  const { metrics, isClosing = () => false, onError = () => {} } = options
  const version = readVersion()
  const pages: Readonly<Record<string, (accept?: string) => Promise<Page>>> = {
    '/health': async () => toHealth(version, isClosing()),
    '/metrics': async (accept) => ({ status: 200, ...(await metrics.text(accept)) }),
  }

  const show = async (page: (accept?: string) => Promise<Page>, request: IncomingMessage, response: ServerResponse) => {
    // A balancer keeps its connections; those of a closing server end.
    if (isClosing()) response.setHeader('Connection', 'close')
    if (isReading(request)) write(response, await page(request.headers.accept).catch(toFailure(onError)))
    else write(response.setHeader('Allow', 'GET, HEAD'), NOT_ALLOWED)
    return true
  }

  // Not async: every picture passes here.
  return (request, response, next) => {
    const { url = '/' } = request
    const end = url.indexOf('?')
    const page = pages[end === -1 ? url : url.slice(0, end)]
    if (page !== undefined) return show(page, request, response)
    next?.()
    return LEFT
  }
}

const LEFT = Promise.resolve(false)

function toFailure(onError: (error: unknown) => void) {
  return (error: unknown): Page => {
    onError(error)
    return { status: 500, contentType: 'text/plain; charset=utf-8', body: 'Internal server error\n' }
  }
}

const NOT_ALLOWED: Page = { status: 405, contentType: 'text/plain; charset=utf-8', body: 'Method not allowed\n' }

function toHealth(version: string, isClosing: boolean): Page {
  const health = isClosing
    ? { status: 'closing' }
    : { status: 'ok', version, uptimeSeconds: Math.floor(process.uptime()) }
  return { status: isClosing ? 503 : 200, contentType: 'application/json', body: `${JSON.stringify(health)}\n` }
}

function isReading({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD'
}

/** Node leaves the body of an answer to HEAD out. */
function write(response: ServerResponse, { status, contentType, body }: Page): void {
  if (response.headersSent || response.destroyed) return
  response.writeHead(status, {
    'Content-Type': contentType,
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  })
  response.end(body)
}
