// A project on disk and a server in front of it, once per handler, in this process. Real sockets; raw requests, so that no client adds headers.
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { createFetchHandler, createNodeHandler } from '../../dist/http/index.js'
import { createOptimizer } from '../../dist/optimizer/index.js'

/** Node's handler as it is; the fetch handler behind the smallest adapter there can be. */
export const kinds = {
  'node handler': (optimizer, options) => createNodeHandler(optimizer, options),
  'fetch handler': (optimizer, options) => {
    const handle = createFetchHandler(optimizer, options)
    return async (incoming, outgoing) => {
      const controller = new AbortController()
      outgoing.once('close', () => controller.abort())
      const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)])
      const body = incoming.method === 'GET' || incoming.method === 'HEAD' ? null : Readable.toWeb(incoming)
      const url = `http://${incoming.headers.host}${incoming.url}`
      const init = { method: incoming.method, headers, body, duplex: 'half', signal: controller.signal }
      const response = await handle(new Request(url, init))
      if (response === null) return false
      outgoing.writeHead(response.status, Object.fromEntries(response.headers))
      outgoing.end(Buffer.from(await response.arrayBuffer()))
      return true
    }
  },
}

/** A folder with files; `remove` ends it. */
export function createProject(files = {}) {
  const root = mkdtempSync(join(tmpdir(), 'pixmill-http-'))
  const put = (name, data) => {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), data)
  }
  for (const [name, data] of Object.entries(files)) put(name, data)
  return { root, put, remove: () => rmSync(root, { recursive: true, force: true }) }
}

export async function listen(listener) {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${server.address().port}`
  const close = async () => {
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }
  return { origin, close, server }
}

/** What is not the handler's is answered by the app: 404 with a mark. */
export async function startApp(kind, input, options = {}) {
  const optimizer = createOptimizer({ options: { memory: '128mb', threads: 2 }, ...input }, {})
  const handle = kinds[kind](optimizer, options)
  const { origin, close } = await listen(async (incoming, outgoing) => {
    const url = incoming.url
    if (await handle(incoming, outgoing)) return
    if (incoming.url !== url) throw new Error('the handler changed req.url')
    outgoing.writeHead(404, { 'x-app': 'yes' }).end()
  })
  const image = createAsk(origin, optimizer.config.endpointPath)
  return {
    origin,
    optimizer,
    image,
    close: async () => {
      await close()
      await optimizer.close()
    },
  }
}

/** `image(url, { w, q, accept, ... })` of the server at `origin`. */
export function createAsk(origin, endpoint) {
  return (url, { w = 640, q = 75, path = endpoint, accept, ...rest } = {}) => {
    const headers = { ...(accept === undefined ? {} : { accept }), ...rest.headers }
    return get(`${origin}${path}?url=${encodeURIComponent(url)}&w=${w}&q=${q}`, { ...rest, headers })
  }
}

export function get(url, { method = 'GET', headers = {}, signal } = {}) {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, signal, agent: false }, async (response) => {
      try {
        const chunks = await response.toArray()
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) })
      } catch (error) {
        reject(error)
      }
    })
    outgoing.on('error', reject)
    outgoing.end()
  })
}
