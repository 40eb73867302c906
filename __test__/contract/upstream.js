/** An upstream that does what its query says: statuses, headers, encodings, lies. Remote to both servers, and a route of the application too. */
import { createServer } from 'node:http'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { readFiles } from './project.js'

const ENCODERS = { gzip: gzipSync, br: brotliCompressSync, deflate: deflateSync, raw: deflateRawSync }
const files = await readFiles()

/** `f`: file, `s`: status, `h`: headers as JSON, `e`: encodings applied, `b`: what is wrong with the body, `hops`: redirects before it. */
export function answerUpstream(request, response) {
  const url = new URL(request.url, 'http://upstream')
  const hops = Number(url.searchParams.get('hops') ?? 0)
  if (hops !== 0) return redirect(url, hops, response)
  const get = (name, other) => url.searchParams.get(name) ?? other
  if (!isWelcome(request, url.searchParams)) return response.writeHead(403).end()
  const headers = JSON.parse(get('h', '{}').replaceAll('{host}', request.headers.host ?? ''))
  const plain = files[get('f', 'rgb.png')] ?? Buffer.from('no such file')
  const bytes = get('e', '')
    .split(',')
    .filter(Boolean)
    .reduce((body, name) => ENCODERS[name](body), plain)
  response.statusCode = Number(get('s', 200))
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  BODIES[get('b', 'whole')](response, bytes)
}

/** `need`: a header that the request must have; `ban`: one that it must not have. */
function isWelcome({ headers }, params) {
  const [need, ban] = [params.get('need'), params.get('ban')]
  return (need === null || need in headers) && !(ban in headers)
}

/** -1 never ends. */
function redirect(url, hops, response) {
  const next = new URL(url)
  next.searchParams.set('hops', hops < 0 ? hops : hops - 1)
  response.writeHead(302, { location: `${next.pathname}${next.search}` }).end('elsewhere')
}

const BODIES = {
  whole: (response, bytes) => response.end(bytes),
  empty: (response) => response.end(),
  chunked: (response, bytes) => {
    response.write(bytes.subarray(0, 100))
    response.end(bytes.subarray(100))
  },
  half: (response, bytes) => response.end(bytes.subarray(0, bytes.length >> 1)),
  /** Fewer bytes than Content-Length says. */
  short: (response, bytes) => {
    response.setHeader('content-length', bytes.length + 100)
    response.write(bytes)
    response.destroy()
  },
  /** More bytes than Content-Length says. */
  long: (response, bytes) => {
    response.setHeader('content-length', bytes.length - 100)
    response.end(bytes)
  },
  /** Something behind what was encoded. */
  tail: (response, bytes) => response.end(Buffer.concat([bytes, Buffer.alloc(100)])),
  hints: (response, bytes) => {
    response.writeEarlyHints({ link: '</style.css>; rel=preload; as=style' }, () => response.end(bytes))
  },
  continue: (response, bytes) => {
    response.writeContinue()
    response.end(bytes)
  },
  reset: (response) => response.destroy(),
  broken: (response, bytes) => {
    response.write(bytes.subarray(0, bytes.length >> 1))
    setImmediate(() => response.destroy())
  },
  endless: (response) => {
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536, 1)));
    }
    response.on('drain', more)
    more()
  },
  silent: () => {},
  stalled: (response, bytes) => response.write(bytes.subarray(0, 100)),
}

/** The application as Next would be one: routes, files of `public/`, a page, and nothing else. */
function answerApplication(request, response) {
  const path = decodeURIComponent(new URL(request.url, 'http://app').pathname)
  if (path.startsWith('/api/up/')) return answerUpstream(request, response)
  const file = files[path.slice(1)]
  if (file !== undefined) return response.setHeader('cache-control', 'public, max-age=0').end(file)
  response.writeHead(path === '/' ? 200 : 404, { 'content-type': 'text/html' }).end('<!doctype html><html></html>')
}

/** On every local address, so that 127.x.y.z are hosts of their own. */
export async function startUpstream({ isApplication = false } = {}) {
  const server = createServer(isApplication ? answerApplication : answerUpstream)
  await new Promise((resolve) => server.listen(0, '0.0.0.0', resolve))
  return {
    port: server.address().port,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
