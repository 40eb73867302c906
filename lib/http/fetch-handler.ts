/** The endpoint for servers that speak `Request` and `Response`: Hono, SvelteKit, Astro, Bun. Never rejects. */
import type { ConfigInput } from '../config/index.js'
import type { ImageResponse, Optimizer } from '../optimizer/index.js'
import { createMatcher, type HandlerOptions, toOptimizer } from './endpoint.js'

/** What platforms hand over beside the request; Hono, Cloudflare and Vercel name it so. */
export interface FetchContext {
  /** Takes what goes on behind the answer: a refresh, an entry that is being written. */
  readonly waitUntil?: (work: Promise<unknown>) => void
}

/** Null: the URL is not ours. */
export type FetchHandler = (request: Request, context?: FetchContext) => Promise<Response | null>

export function createFetchHandler(
  input: ConfigInput | Optimizer,
  { paths, local }: HandlerOptions = {},
): FetchHandler {
  const optimizer = toOptimizer(input)
  const isOurs = createMatcher(optimizer, paths)

  return async ({ method, url, headers, signal }, context) => {
    const { pathname, search } = new URL(url)
    if (!isOurs(pathname)) return null
    const request = { method, url: pathname + search, headers: Object.fromEntries(headers), local }
    // Bound, because some platforms' contexts are objects with a `this`.
    const waitUntil = context?.waitUntil?.bind(context)
    return toResponse(await optimizer.getImage({ ...request, waitUntil, isAbandoned: () => signal.aborted }))
  }
}

function toResponse({ status, headers, body }: ImageResponse): Response {
  return new Response(body as Uint8Array<ArrayBuffer> | null, { status, headers })
}
