/** A listening HTTP server with sensible time limits, and its address as people write it. */
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PixmillError } from '../../errors.js'

/** Longer than the idle limit of common load balancers (60 s), so that it is they who close and no request meets a closing connection. */
const KEEP_ALIVE_MS = 65_000
/** Headers of an image request are one packet; whoever takes longer holds a connection for its own sake. */
const HEADERS_MS = 10_000
/** The endpoint takes no body. */
const REQUEST_MS = 30_000

export interface Listening {
  readonly server: Server
  readonly url: string
}

/** Resolves when the port is open. Port 0 is any free one. */
export function listen(listener: RequestListener, port: number, host: string | undefined): Promise<Listening> {
  const server = createServer(
    { headersTimeout: HEADERS_MS, requestTimeout: REQUEST_MS, keepAliveTimeout: KEEP_ALIVE_MS },
    listener,
  )
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(toListenError(error, { port, host }, ['--port', '--host'])))
    server.listen({ port, host }, () => {
      server.removeAllListeners('error')
      resolve({ server, url: toUrl(server.address() as AddressInfo) })
    })
  })
}

export interface Address {
  readonly port: number
  readonly host: string | undefined
}

type Names = readonly [port: string, host: string]

/** An error of Node's `listen` in our words; `names`: of the flags that said where. */
export function toListenError(error: unknown, { port, host }: Address, [portName, hostName]: Names): unknown {
  const complaint = COMPLAINTS[(error as NodeJS.ErrnoException).code ?? '']
  if (complaint === undefined) return error
  const [part, expected, reason] = complaint
  const subject = part === 'port' ? portName : hostName
  const value = part === 'port' ? port : (host ?? 'the default')
  return new PixmillError({ code: 'ERR_INPUT', subject, expected, received: `${value} (${reason})` }, { cause: error })
}

const COMPLAINTS: Readonly<Record<string, readonly [part: 'port' | 'host', expected: string, reason: string]>> = {
  EADDRINUSE: ['port', 'a free port', 'another process listens there'],
  EACCES: ['port', 'a port that this user may open', 'permission denied'],
  EADDRNOTAVAIL: ['host', 'an address of this machine', 'not available here'],
  ENOTFOUND: ['host', 'an address of this machine', 'name not found'],
}

function toUrl({ address, port }: AddressInfo): string {
  if (address === '::' || address === '0.0.0.0') return `http://localhost:${port}`
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`
}
