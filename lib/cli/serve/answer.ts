/** The handlers of the server one after another, until one has answered; what none of them knows is 404. Knows no picture. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Log } from '../../optimizer/log.js'

/** Resolves to whether the request was answered. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>

export function createAnswer(handlers: readonly Handler[], log: Log) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      for (const handle of handlers) {
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
}

function send(response: ServerResponse, status: number, text: string): void {
  response
    .writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' })
    .end(`${text}\n`)
}
