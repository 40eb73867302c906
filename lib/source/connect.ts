/**
 * Connections to upstreams. The name is resolved once, every address is checked, and the socket goes to those addresses only; the address that
 * was reached is checked again. Never follows a redirect.
 */
import { ADDRCONFIG, type LookupAddress, lookup } from 'node:dns'
import { isIP, type LookupFunction, type Socket } from 'node:net'
import { Agent, buildConnector } from 'undici'
import { isPublicAddress } from './address.js'

/** The name or the literal leads into a private network. */
export class PrivateAddressError extends Error {
  constructor(hostname: string, addresses: readonly string[]) {
    super(
      `${hostname} resolves to ${addresses.join(', ')}, which is not public. images.dangerouslyAllowLocalIP allows it`,
    )
    this.name = 'PrivateAddressError'
  }
}

const CONNECT_TIMEOUT_MS = 7_000

/** For addresses of anyone's choice. */
export function createGuardedAgent(): Agent {
  const connector = buildConnector({ timeout: CONNECT_TIMEOUT_MS, lookup: guardedLookup })
  return new Agent({
    connect(options, callback) {
      // A literal is connected to without any lookup.
      const literal = options.hostname.replace(/^\[|\]$/g, '')
      if (isIP(literal) > 0 && !isPublicAddress(literal)) {
        return callback(new PrivateAddressError(options.hostname, [literal]), null)
      }
      connector(options, (...[error, socket]) => {
        if (error !== null) return callback(error, null)
        const refused = verify(options.hostname, socket)
        if (refused === null) callback(null, socket)
        else callback(refused, null)
      })
    },
  })
}

/** For addresses of the operator's choice. */
export function createOpenAgent(): Agent {
  return new Agent({ connect: { timeout: CONNECT_TIMEOUT_MS } })
}

/** Also through the wrapping of errors that undici and happy eyeballs add. */
export function isPrivateAddressError(error: unknown): boolean {
  if (error instanceof PrivateAddressError) return true
  if (!(error instanceof Error)) return false
  const inner = error instanceof AggregateError ? error.errors : [error.cause]
  return inner.some((cause) => cause !== error && isPrivateAddressError(cause))
}

const guardedLookup: LookupFunction = (hostname, options, callback) => {
  const hints = options.hints ?? (process.platform === 'win32' ? 0 : ADDRCONFIG)
  lookup(hostname, { family: options.family ?? 0, hints, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, [])
    const unwanted = addresses.filter(({ address }) => !isPublicAddress(address)).map(({ address }) => address)
    if (unwanted.length > 0) return callback(new PrivateAddressError(hostname, unwanted), [])
    deliver(addresses, options.all === true, callback)
  })
}

function deliver(addresses: LookupAddress[], wantsAll: boolean, callback: Parameters<LookupFunction>[2]): void {
  const [first] = addresses
  if (wantsAll) return callback(null, addresses)
  if (first === undefined) return callback(Object.assign(new Error('No address'), { code: 'ENODATA' }), [])
  callback(null, first.address, first.family)
}

/** Null, or why the connection was given up. */
function verify(hostname: string, socket: Socket): PrivateAddressError | null {
  const { remoteAddress } = socket
  if (remoteAddress !== undefined && isPublicAddress(remoteAddress)) return null
  socket.destroy()
  return new PrivateAddressError(hostname, [remoteAddress ?? 'nothing'])
}
