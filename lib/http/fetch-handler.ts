/** The endpoint for servers that speak `Request` and `Response`: Hono, SvelteKit, Astro, Bun. Never rejects. */
import type { ConfigInput } from '../config/index.js'
import type { ImageResponse, Optimizer } from '../optimizer/index.js'
import { createMatcher, type HandlerOptions, toOptimizer } from './endpoint.js'

/** Null: the URL is not ours. */
export type FetchHandler = (request: Request) => Promise<Response | null>

export function createFetchHandler(
  input: ConfigInput | Optimizer,
  { paths, local }: HandlerOptions = {},
): FetchHandler {
  const optimizer = toOptimizer(input)
  const isOurs = createMatcher(optimizer, paths)

  return async ({ method, url, headers, signal }) => {
    const { pathname, search } = new URL(url)
    if (!isOurs(pathname)) return null
    return toResponse(
      await optimizer.getImage({ method, url: pathname + search, headers: Object.fromEntries(headers), signal, local }),
    )
  }
}

function toResponse({ status, headers, body }: ImageResponse): Response {
  return new Response(body as Uint8Array<ArrayBuffer> | null, { status, headers })
}
