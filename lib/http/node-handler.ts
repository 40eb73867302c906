/** The endpoint for Node's `http`: Express, Fastify, a custom server, the hook. Never throws; a client that leaves is no error. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ConfigInput } from '../config/index.js'
import type { ImageRequest, ImageResponse, Optimizer } from '../optimizer/index.js'
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

  const answerLater = async (image: ImageRequest, response: ServerResponse) => {
    write(response, await optimizer.getImage(image))
    return true
  }

  // Not async: a hit is written before this returns.
  return (request, response, next) => {
    const { url = '/', method = 'GET', headers } = request
    if (!isOurs(url)) {
      next?.()
      return LEFT
    }
    const image = { method, url, headers, local, isAbandoned: () => response.destroyed }
    const hit = optimizer.getHit(image)
    if (hit === null) return answerLater(image, response)
    write(response, hit)
    return ANSWERED
  }
}

const ANSWERED = Promise.resolve(true)
const LEFT = Promise.resolve(false)

function write(response: ServerResponse, { status, headers, body }: ImageResponse): void {
  if (response.headersSent || response.destroyed || response.writableEnded) return
  response.writeHead(status, headers)
  if (body === null) response.end()
  else response.end(body)
}
