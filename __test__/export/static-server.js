/** A plain static file server before a folder: no rules, no negotiation, no pixels. And the host that remote pictures come from. */
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { createServer } from 'node:http'
import sirv from 'sirv'

/** Serves `folder` under `basePath` on `port`, or on a free one; `{ origin, close }`. */
export async function serveStatic(folder, { basePath = '', port = 0 } = {}) {
  const files = sirv(folder, { dev: true, etag: false })
  return listen((request, response) => {
    // What browsers ask for by themselves, outside of every base path.
    if (request.url === '/favicon.ico') return response.writeHead(204).end()
    const isBelow = request.url === basePath || request.url.startsWith(`${basePath}/`)
    if (!isBelow) return response.writeHead(404).end()
    request.url = request.url.slice(basePath.length) || '/'
    // For an `assetPrefix` of another origin: modules and fonts are asked for with CORS.
    response.setHeader('Access-Control-Allow-Origin', '*')
    files(request, response, () => response.writeHead(404).end())
  }, port)
}

async function listen(listener, port = 0) {
  const server = createServer(listener).listen(port, '127.0.0.1')
  await once(server, 'listening')
  const close = async () => {
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }
  return { origin: `http://127.0.0.1:${server.address().port}`, close }
}

const TYPES = { jpg: 'image/jpeg', png: 'image/png', webp: 'image/webp' }

/**
 * Serves `photographs` as `/remote/<name>`, with an ETag as a host has; anything else is a 404. `requests` lists what was asked for, as
 * `200 /remote/a.jpg`.
 */
export async function serveRemote(photographs) {
  const requests = []
  const { origin, close } = await listen((request, response) => {
    const name = decodeURIComponent(new URL(request.url, 'http://host').pathname.replace('/remote/', ''))
    const photograph = photographs.find((one) => one.name === name)
    const status = answerStatus(photograph, request.headers['if-none-match'])
    requests.push(`${status} ${request.url}`)
    if (status !== 200) return response.writeHead(status).end()
    response.writeHead(status, { 'Content-Type': TYPES[name.split('.').at(-1)], ETag: etagOf(photograph) })
    createReadStream(photograph.path).pipe(response)
  })
  return { origin, close, requests }
}

const etagOf = ({ name }) => `"${name}"`

function answerStatus(photograph, validator) {
  if (!photograph) return 404
  return validator === etagOf(photograph) ? 304 : 200
}
