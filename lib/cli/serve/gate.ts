/** The door of the server: counts the answers that are under way, and lets them end when the process is told to. Knows no picture. */
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'

export interface Gate {
  readonly listener: RequestListener
  readonly isClosed: () => boolean
  /** From now on requests get 503. Resolves when nothing is under way, at the latest shortly after `patienceMs`. */
  close(patienceMs: number): Promise<void>
}

/** What an answer that already began may still take after its patience is over. */
const LAST_BYTES_MS = 400

export function createGate(answer: (request: IncomingMessage, response: ServerResponse) => void): Gate {
  const underWay = new Set<ServerResponse>()
  let isClosed = false
  let onEmpty = () => {}

  const listener = (request: IncomingMessage, response: ServerResponse) => {
    if (isClosed) return refuse(response)
    underWay.add(response)
    response.once('close', () => {
      underWay.delete(response)
      if (underWay.size === 0) onEmpty()
    })
    answer(request, response)
  }

  const close = (patienceMs: number) =>
    new Promise<void>((resolve) => {
      isClosed = true
      onEmpty = resolve
      if (underWay.size === 0) return resolve()
      for (const response of underWay) endConnection(response)
      setTimeout(() => refuseAll(underWay), patienceMs)
      setTimeout(resolve, patienceMs + LAST_BYTES_MS)
    })

  return { listener, isClosed: () => isClosed, close }
}

/** Ends the listening and every connection that is left. */
export function closeServer(server: Server): void {
  server.close()
  server.closeAllConnections()
}

function refuseAll(responses: Iterable<ServerResponse>): void {
  for (const response of responses) {
    if (!response.headersSent) refuse(response)
  }
}

function refuse(response: ServerResponse): void {
  for (const name of response.getHeaderNames()) response.removeHeader(name)
  endConnection(response)
  response.writeHead(503, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    'Retry-After': '1',
  })
  response.end('The server is shutting down\n')
}

function endConnection(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close')
}
