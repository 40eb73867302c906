/**
 * Requests a local URL that is no file (`/api/avatar`) from the server of this process: over a pair of streams that the server takes for a
 * connection, so without a port, without TLS, and through everything the app does to a request. Never with the client's headers.
 */
import http, { type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http'
import https from 'node:https'
import stream, { type Duplex } from 'node:stream'
import type { LocalFetch } from '../source/index.js'

// A request that comes back to the endpoint by a rewrite would go round forever. A client that sends this itself is only refused.
const HOP = 'x-pixmill-hop'

/** Whether `req` is a request of ours that came back. */
export function isHop(req: IncomingMessage): boolean {
  return req.headers[HOP] !== undefined
}

/** Asks `server`; paths come with the base path. */
export function createLocalFetch(server: Server): LocalFetch {
  return async (path, { headers, signal }) => {
    const send = (target: string) => request(server, target, { headers, signal })
    const response = await send(path)
    const moved = movedBySlash(response, path)
    if (moved === undefined) return toLocalResponse(response)
    response.resume()
    return toLocalResponse(await send(moved))
  }
}

interface LocalRequest {
  headers: Record<string, string>
  signal: AbortSignal | undefined
}

function request(server: Server, path: string, { headers, signal }: LocalRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = http.request({
      method: 'GET',
      path,
      headers: { ...headers, host: hostOf(server), [HOP]: '1' },
      createConnection: () => connect(server),
      ...(signal ? { signal } : {}),
    })
    sent.once('response', resolve).once('error', reject).end()
  })
}

/** Where an app with `trailingSlash` sends a path without one, and the other way round. All other redirects are the caller's to judge. */
function movedBySlash({ statusCode, headers }: IncomingMessage, path: string): string | undefined {
  const location = statusCode === 308 ? headers.location : undefined
  const withoutSlash = (target: string) => target.replace(/\/(?=\?|$)/, '')
  return location !== undefined && withoutSlash(location) === withoutSlash(path) ? location : undefined
}

function toLocalResponse(response: IncomingMessage): Awaited<ReturnType<LocalFetch>> {
  return { status: response.statusCode ?? 500, headers: toPlainHeaders(response.headers), body: response }
}

/** What apps and frameworks read of a socket, and call on it. */
const SOCKET = {
  remoteAddress: '127.0.0.1',
  remoteFamily: 'IPv4',
  remotePort: 0,
  ...Object.fromEntries(
    ['setTimeout', 'setNoDelay', 'setKeepAlive', 'ref', 'unref'].map((name) => [
      name,
      function (this: Duplex) {
        return this
      },
    ]),
  ),
}

// Node documents both events for connections that the caller brings: `secureConnection` comes after TLS.
function connect(server: Server): Duplex {
  // Not a named import: an older Node.js must get as far as being told that it is too old.
  const [near, far] = stream.duplexPair()
  // The two sides of a pair do not see each other's destruction.
  near.once('close', () => far.destroy())
  far.once('close', () => far.writableFinished || near.destroy(new Error('the app closed the connection')))
  Object.assign(far, SOCKET, { encrypted: server instanceof https.Server })
  server.emit(server instanceof https.Server ? 'secureConnection' : 'connection', far)
  return near
}

function hostOf(server: Server): string {
  const address = server.address()
  return typeof address === 'object' && address ? `localhost:${address.port}` : 'localhost'
}

function toPlainHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const plain: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) plain[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return plain
}
