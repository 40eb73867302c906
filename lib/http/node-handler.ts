/** The endpoint for Node's `http`: Express, Fastify, a custom server, the hook. Never throws; a client that leaves is no error. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ConfigInput } from '../config/index.js'
import type { ImageResponse, Optimizer } from '../optimizer/index.js'
import { createMatcher, type HandlerOptions, toOptimizer } from './endpoint.js'

/** Resolves to whether the request was answered; where it was not, `next` has been called. */
export type NodeHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next?: (error?: unknown) => void,
) => Promise<boolean>

export function createNodeHandler(input: ConfigInput | Optimizer, { paths, local }: HandlerOptions = {}): NodeHandler {
  const optimizer = toOptimizer(input)
  const isOurs = createMatcher(optimizer, paths)

  return async (request, response, next) => {
    const { url = '/', method = 'GET', headers } = request
    if (!isOurs(url)) {
      next?.()
      return false
    }
    const { signal, end } = watchClient(response)
    try {
      write(response, await optimizer.getImage({ method, url, headers, signal, local }))
    } finally {
      end()
    }
    return true
  }
}

function watchClient(response: ServerResponse) {
  const controller = new AbortController()
  const onClose = () => controller.abort()
  response.once('close', onClose)
  return { signal: controller.signal, end: () => response.off('close', onClose) }
}

function write(response: ServerResponse, { status, headers, body }: ImageResponse): void {
  if (response.headersSent || response.destroyed || response.writableEnded) return
  response.statusCode = status
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  if (body === null) response.end()
  else response.end(body)
}
