/**
 * Says at start when the hook is not reached: asks the server once for the endpoint and sees whether the hook got to answer. The hook
 * stands on something that is no API of Next, and without this a new version would fail as a page without pictures.
 */
import { randomUUID } from 'node:crypto'
import http, { type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import https from 'node:https'

const HEADER = 'x-pixmill-check'
const token = randomUUID()

let isChecked = false
let isReached = false

/** Answers the check's own request; false for every other. */
export function answersCheck(req: IncomingMessage, res: ServerResponse): boolean {
  if (req.headers[HEADER] !== token) return false
  isReached = true
  res.statusCode = 204
  res.end()
  return true
}

/** Checks a server that has begun to listen after the hook was installed. */
export function checkListening(server: Server, path: string): void {
  const address = server.address()
  if (typeof address !== 'object' || !address) return
  const host = ['::', '0.0.0.0'].includes(address.address) ? 'localhost' : address.address
  const scheme = server instanceof https.Server ? 'https' : 'http'
  check(`${scheme}://${host.includes(':') ? `[${host}]` : host}:${address.port}`, path)
}

/** Checks the server of `next start` or `next dev`, which listens before it loads the config and leaves its address here. */
export function checkRunning(path: string): void {
  const origin = process.env.__NEXT_PRIVATE_ORIGIN
  if (origin) check(origin, path)
}

function check(origin: string, path: string): void {
  if (isChecked || isReached) return
  isChecked = true
  const { get } = origin.startsWith('https') ? https : http
  // The certificate of `next dev --experimental-https` is the server's own, and so is the address.
  const request = get(
    origin + path,
    { headers: { [HEADER]: token }, agent: false, rejectUnauthorized: false } as https.RequestOptions,
    (response) => {
      response.resume()
      if (!isReached) report(path)
    },
  )
  // Whoever cannot reach its own address proves nothing.
  request.on('error', () => {})
  request.on('socket', (socket) => socket.unref())
}

function report(path: string): void {
  console.error(
    `pixmill: Expected requests for ${path} to reach pixmill but the server answered them itself. ` +
      "Use withPixmill(nextConfig, { endpoint: 'api' }) and pages/api/pixmill.js: export { default } from 'pixmill/pages'",
  )
}
