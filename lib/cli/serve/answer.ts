/** The handlers of the server one after another, until one has answered; what none of them knows is 404. Knows no picture. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Log } from '../../optimizer/log.js'

/** Resolves to whether the request was answered. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>

export function createAnswer(handlers: readonly Handler[], log: Log) {
  const [first] = handlers

  const answerLater = async (
    begun: Promise<boolean> | undefined,
    request: IncomingMessage,
    response: ServerResponse,
  ) => {
    try {
      if (await begun) return
      for (const handle of handlers.slice(1)) {
        if (await handle(request, response)) return
      }
      if (request.method === 'GET' || request.method === 'HEAD') send(response, 404, 'Not found')
      else send(response.setHeader('Allow', 'GET, HEAD'), 405, 'Method not allowed')
    } catch (error) {
      log.fault(error, request.url)
      if (response.headersSent) response.destroy()
      else send(response, 500, 'Internal server error')
    }
  }

  /** What the first handler answers at once, as it does with a hit, waits for no promise. */
  return (request: IncomingMessage, response: ServerResponse): void => {
    const begun = begin(first, request, response)
    if (!response.writableEnded) void answerLater(begun, request, response)
  }
}

function begin(handle: Handler | undefined, request: IncomingMessage, response: ServerResponse) {
  try {
    return handle?.(request, response)
  } catch (error) {
    return Promise.reject(error)
  }
}

function send(response: ServerResponse, status: number, text: string): void {
  response
    .writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' })
    .end(`${text}\n`)
}
