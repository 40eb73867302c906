/**
 * One server for all addresses of a namespace: at the public ones it is an upstream that serves and redirects, at all others it is the canary, which
 * nobody may wake. Tells them apart by the address that was connected to.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { makePng } from '../pictures.js'
import { PUBLIC } from './network.js'

export const HIGH_PORT = 8_443
const PORTS = [80, 443, HIGH_PORT]

/** The widths tell who answered. */
export const CANARY_WIDTH = 10
export const PUBLIC_WIDTH = 12

const canaryPicture = makePng(CANARY_WIDTH, 8)
const publicPicture = makePng(PUBLIC_WIDTH, 8)
const REDIRECTS = [301, 302, 303, 307, 308]

/**
 * `connections` lists the addresses at which the canary was woken, `upstream` counts connections to the public ones. `settle()` resolves when all
 * that were made before it are counted: a server takes them in their order.
 */
export async function startCanary(t) {
  const canary = { connections: [], upstream: 0, settle: () => Promise.all(PORTS.map(knock)) }
  const onConnection = (socket) => {
    if (isPublic(socket)) canary.upstream += 1
    else canary.connections.push(socket.localAddress)
  }
  await Promise.all(PORTS.map((port) => listen(t, port, onConnection)))
  return canary
}

const knock = (port) => once(connect(port, PUBLIC[0]).end(), 'close')

async function listen(t, port, onConnection) {
  const server = createServer(answer).on('connection', onConnection).on('connect', refuseTunnel).listen(port, '::')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  await once(server, 'listening')
}

/** Asked of a proxy. A connection that ends without a word would be tried again and again. */
const refuseTunnel = (_, socket) => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')

const isPublic = ({ localAddress }) => PUBLIC.includes(localAddress.replace(/^::ffff:/, ''))

function answer(request, response) {
  // The next hop is to connect anew, and so to ask for the name again.
  response.setHeader('Connection', 'close').setHeader('Content-Type', 'image/png')
  if (!isPublic(request.socket)) return response.end(canaryPicture)
  const location = toLocation(new URL(request.url, 'http://upstream'), request.headers.host)
  if (location === null) return response.end(publicPicture)
  // Node's own check takes no UTF-8.
  const raw = Buffer.from(location).toString('latin1')
  response.writeHead(REDIRECTS[location.length % REDIRECTS.length], { Location: raw }).end()
}

/**
 * `/to?url=`: there. `/hops?url=&n=`: there, after n more of these. `/again?n=`: to the same host, n times, and then a picture.
 */
function toLocation({ pathname, searchParams }, host) {
  const [url, left] = [searchParams.get('url'), Number(searchParams.get('n'))]
  if (pathname === '/to' || (pathname === '/hops' && left === 0)) return url
  if (pathname === '/hops') return `/hops?n=${left - 1}&url=${encodeURIComponent(url)}`
  return pathname.startsWith('/again') && left > 0 ? `http://${host}${pathname}?n=${left - 1}` : null
}
