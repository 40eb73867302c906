/**
 * The handler of one installation, shared by the hook and the API route. The only place of this layer that loads the engine, and only when
 * it is called; by the package's name, so that a bundler leaves it outside.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { NodeHandler } from '../http/index.js'
import { createLocalFetch } from './local-fetch.js'
import { openMetricsPort } from './metrics-port.js'
import { type Installation, toConfigInput } from './settings.js'

export interface Handler {
  /** Whether the request was answered; `server` serves the local URLs that are no files. */
  answer(req: IncomingMessage, res: ServerResponse, server: Server | undefined): Promise<boolean>
  /** Pictures with a tag that the app has revalidated. Costs nothing where no picture has it. */
  expire(tag: string, action: 'purge' | 'invalidate'): Promise<void>
  close(): Promise<void>
}

export async function createHandler(installation: Installation): Promise<Handler> {
  const { createNodeHandler, createOptimizer } = await import('pixmill/server')
  const { paths } = installation.settings
  const optimizer = createOptimizer(toConfigInput(installation))
  const metrics = await openMetricsPort(() => import('pixmill/server'))
  metrics?.follow(optimizer)
  const withoutServer = createNodeHandler(optimizer, { paths })
  const handlers = new WeakMap<Server, NodeHandler>()

  function handlerOf(server: Server): NodeHandler {
    const known = handlers.get(server)
    if (known) return known
    const handler = createNodeHandler(optimizer, { paths, local: createLocalFetch(server) })
    handlers.set(server, handler)
    return handler
  }

  return {
    answer: (req, res, server) => (server ? handlerOf(server) : withoutServer)(req, res),
    async expire(tag, action) {
      if (optimizer.knowsTag(tag)) await optimizer[action]({ tag })
    },
    close: () => optimizer.close(),
  }
}

/** The path of ours that `url` asks for: `/_next/image` followed by nothing, `?` or `/`. */
export function matchPath(url: string | undefined, paths: readonly string[]): string | undefined {
  return paths.find((path) => url?.startsWith(path) && ['', '?', '/'].includes(url.charAt(path.length)))
}
