// Remote sources over real sockets: hops, limits, encodings, and that no private address is ever reached.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { resolveConfig } from '../dist/config/index.js'
import { createGuardedAgent, createOpenAgent } from '../dist/source/connect.js'
import { createSources, isPublicAddress } from '../dist/source/index.js'
import { fetchRemote } from '../dist/source/remote.js'

const BODY = Buffer.from('picture'.repeat(1000))
/** Of no pattern, and no multiple of anything. */
const LONG = Buffer.from(Array.from({ length: 900_001 }, (_, at) => (at * at) >> 7))
/** What Next's server says when its fetch throws. */
const FAILED = 'Internal Server Error'
const UPSTREAM = '"url" parameter is valid but upstream response is invalid'
const NOT_ALLOWED = '"url" parameter is not allowed'

let origin
let connections = 0
const requests = []
const server = createServer((request, response) => {
  requests.push(request)
  const { pathname, searchParams } = new URL(request.url, 'http://h')
  ;(routes[pathname] ?? routes['/404'])(response, searchParams)
})
server.on('connection', () => connections++)

const encoded = (encoding, body) => (response) => response.writeHead(200, { 'content-encoding': encoding }).end(body)
const routes = {
  '/404': (response) => response.writeHead(404).end('no'),
  '/ok': (response) => response.writeHead(200, { 'cache-control': 'max-age=7' }).end(BODY),
  '/chunked': (response) => {
    response.writeHead(200)
    for (let at = 0; at < BODY.length; at += 100) response.write(BODY.subarray(at, at + 100))
    response.end()
  },
  '/long': (response) => {
    response.writeHead(200)
    for (let at = 0; at < LONG.length; at += 7_001) response.write(LONG.subarray(at, at + 7_001))
    response.end()
  },
  '/long-gzip': encoded('gzip', gzipSync(LONG)),
  '/503': (response) => response.writeHead(503).end(),
  '/304': (response) => response.writeHead(304).end(),
  '/empty': (response) => response.writeHead(200).end(),
  '/hop': (response, params) => {
    const left = Number(params.get('n'))
    response.writeHead(302, { location: left > 1 ? `/hop?n=${left - 1}` : '/ok' }).end('moved')
  },
  '/to': (response, params) => response.writeHead(307, { location: params.get('url') }).end(),
  '/nowhere': (response) => response.writeHead(302).end(),
  '/gzip': encoded('gzip', gzipSync(BODY)),
  '/x-gzip': encoded('X-GZIP', gzipSync(BODY)),
  '/br': encoded('br', brotliCompressSync(BODY)),
  '/deflate': encoded('deflate', deflateSync(BODY)),
  '/deflate-raw': encoded('deflate', deflateRawSync(BODY)),
  '/twice': encoded('gzip, br', brotliCompressSync(gzipSync(BODY))),
  '/six': encoded('gzip, gzip, gzip, gzip, gzip, gzip', BODY),
  '/unknown': encoded('zstd-of-ours', BODY),
  '/no-gzip': encoded('gzip', BODY),
  '/bomb': encoded('gzip', gzipSync(Buffer.alloc(20_000_000))),
  '/deflate-bomb': encoded('deflate', deflateSync(Buffer.alloc(20_000_000))),
  '/declared': (response) => response.writeHead(200, { 'content-length': 10 ** 9 }).flushHeaders(),
  '/endless': (response) => {
    response.writeHead(200)
    const send = () => {
      while (!response.destroyed && response.write(BODY));
    }
    response.on('drain', send)
    send()
  },
  '/silent': () => {},
  '/stuck': (response) => response.writeHead(200).write('a'),
  '/cut': (response) => {
    response.writeHead(200, { 'content-length': BODY.length })
    response.write(BODY.subarray(0, 100), () => response.destroy())
  },
}

let held = 0
const lender = {
  reserve: async (bytes) => {
    const permit = {
      bytes,
      grow: async (to) => {
        held += to - permit.bytes
        permit.bytes = to
      },
      release: () => {
        held -= permit.bytes
        permit.bytes = 0
      },
    }
    held += bytes
    return permit
  },
}

const agent = createOpenAgent()
const anywhere = { domains: [], remotePatterns: [{ hostname: /^127\.0\.0\.1$/, pathname: /^.*$/ }] }
const fetch = (path, options = {}) =>
  fetchRemote(origin + path, { agent, lender, rules: anywhere, maxRedirects: 3, maxBytes: 1_000_000, ...options })

before(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  origin = `http://127.0.0.1:${server.address().port}`
})
after(async () => {
  await agent.destroy()
  server.close()
  server.closeAllConnections()
})

test('bytes, Cache-Control, and a permit for them', async () => {
  for (const path of ['/ok', '/chunked']) {
    const source = await fetch(path)
    assert.deepEqual(await source.read(), BODY)
    assert.equal(source.size, BODY.length)
    assert.ok(source.permit.bytes >= BODY.length && held === source.permit.bytes)
    source.release()
    assert.equal(held, 0)
  }
  const { headers, release } = await fetch('/ok')
  assert.equal(headers.cacheControl, 'max-age=7')
  release()
})

test('nothing of us but what every client sends', async () => {
  await (await fetch('/ok')).release()
  const { headers } = requests.at(-1)
  assert.deepEqual(Object.keys(headers).sort(), [
    'accept',
    'accept-encoding',
    'accept-language',
    'connection',
    'host',
    'sec-fetch-mode',
    'user-agent',
  ])
})

test('encodings are undone', async () => {
  for (const path of ['/gzip', '/x-gzip', '/br', '/deflate', '/deflate-raw', '/twice', '/unknown']) {
    const source = await fetch(path)
    assert.deepEqual(await source.read(), BODY, path)
    source.release()
  }
})

test('a body of a length that nobody told arrives whole, and what is held for it is on loan', async () => {
  for (const path of ['/long', '/long-gzip']) {
    const source = await fetch(path)
    assert.ok(LONG.equals(await source.read()), path)
    assert.ok(held >= LONG.length)
    source.release()
    assert.equal(held, 0)
  }
  await assert.rejects(fetch('/long', { maxBytes: LONG.length - 1 }), { status: 413, message: UPSTREAM })
  for (const maxBytes of [LONG.length, Number.MAX_SAFE_INTEGER]) (await fetch('/long', { maxBytes })).release()
  assert.equal(held, 0)
})

test('redirects are followed three times', async () => {
  ;(await fetch('/hop?n=3')).release()
  await assert.rejects(fetch('/hop?n=4'), { status: 508, message: UPSTREAM })
  await assert.rejects(fetch('/hop?n=1', { maxRedirects: 0 }), { status: 508, message: UPSTREAM })
})

test('every hop is checked', async () => {
  const port = server.address().port
  const before = connections
  for (const url of [`http://localhost:${port}/ok`, 'http://169.254.169.254/', 'http://0/ok']) {
    await assert.rejects(fetch(`/to?url=${encodeURIComponent(url)}`), { status: 400, message: NOT_ALLOWED }, url)
  }
  for (const url of ['ftp://127.0.0.1/a', 'file:///etc/passwd', 'data:image/png;base64,AA']) {
    await assert.rejects(fetch(`/to?url=${encodeURIComponent(url)}`), { status: 400, message: UPSTREAM }, url)
  }
  assert.ok(connections - before <= 6)
})

test('failures have the status and the text of Next', async () => {
  const cases = [
    ['/nothing', 404, UPSTREAM],
    ['/503', 503, UPSTREAM],
    ['/304', 500, UPSTREAM],
    ['/nowhere', 500, UPSTREAM],
    ['/empty', 400, UPSTREAM],
    ['/six', 400, UPSTREAM],
    ['/no-gzip', 500, FAILED],
    ['/bomb', 413, UPSTREAM],
    ['/deflate-bomb', 413, UPSTREAM],
    ['/declared', 413, UPSTREAM],
    ['/endless', 413, UPSTREAM],
    ['/cut', 500, FAILED],
  ]
  for (const [path, status, message] of cases) await assert.rejects(fetch(path), { status, message }, path)
  await assert.rejects(
    fetchRemote('http://127.0.0.1:1/', { agent, lender, rules: anywhere, maxRedirects: 3, maxBytes: 1 }),
    {
      status: 500,
      message: FAILED,
    },
  )
  assert.equal(held, 0)
})

test('an upstream that does not answer, or stops, is a timeout', async () => {
  const message = '"url" parameter is valid but upstream response timed out'
  for (const path of ['/silent', '/stuck'])
    await assert.rejects(fetch(path, { totalMs: 100 }), { status: 504, message }, path)
  assert.equal(held, 0)
})

test('the time in which we wait for memory is not the upstream’s', async () => {
  let release
  const waiting = { reserve: () => new Promise((resolve) => (release = () => resolve(lender.reserve(10_000)))) }
  const fetching = fetch('/ok', { lender: waiting, totalMs: 100 })
  await new Promise((resolve) => setTimeout(resolve, 300))
  release()
  const source = await fetching
  assert.deepEqual(await source.read(), BODY)
  source.release()
})

test('private addresses, however they are written, get no connection', async () => {
  const port = server.address().port
  const hosts = [
    '127.0.0.1',
    '127.1',
    '0x7f000001',
    '2130706433',
    '0177.0.0.1',
    '0.0.0.0',
    '0',
    'localhost',
    'LOCALHOST.',
    'a.localhost',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
    '[64:ff9b::127.0.0.1]',
    '[2002:7f00:1::]',
    '[fe80::1]',
    '[fd00::1]',
    '10.0.0.1',
    '169.254.169.254',
    '168.63.129.16',
  ]
  const guarded = createGuardedAgent()
  const rules = { domains: [], remotePatterns: [{ hostname: /^.*$/, pathname: /^.*$/ }] }
  const before = connections
  for (const host of hosts) {
    const attempt = fetchRemote(`http://${host}:${port}/ok`, {
      agent: guarded,
      lender,
      rules,
      maxRedirects: 3,
      maxBytes: 1_000_000,
    })
    await assert.rejects(attempt, (error) => {
      // A name that does not resolve here is no way in either.
      assert.ok(
        error.message === NOT_ALLOWED || /ENOTFOUND|EAI_AGAIN/.test(error.cause?.code),
        `${host}: ${error.message} ${error.cause}`,
      )
      return true
    })
  }
  await guarded.destroy()
  assert.equal(connections, before)
})

test('which addresses are public', () => {
  const open = [
    '1.1.1.1',
    '8.8.8.8',
    '172.15.0.1',
    '172.32.0.1',
    '100.63.0.1',
    '2606:4700::1111',
    '2a00:1450::1',
    '2001:4860:4860::8888',
  ]
  const closed = [
    '',
    'example.com',
    '192.0.0.8',
    '198.19.0.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '100.64.0.1',
    '203.0.113.1',
  ]
  closed.push(
    '2001::1',
    '2001:db8::1',
    '3fff::1',
    'ff02::1',
    'fe80::1%eth0',
    '::ffff:8.8.8.8',
    '64:ff9b::808:808',
    '100::1',
    '5f00::1',
  )
  closed.push('2a00:1450::5efe:7f00:1', '2a00:1450::200:5efe:10.0.0.1')
  for (const address of open) assert.equal(isPublicAddress(address), true, address)
  for (const address of closed) assert.equal(isPublicAddress(address), false, address)
})

test('one fetch for all that ask at the time', async () => {
  const images = { dangerouslyAllowLocalIP: true, remotePatterns: [{ hostname: '127.0.0.1' }] }
  const sources = createSources(resolveConfig({ root: '/app', images }, {}), lender)
  const open = () =>
    sources.open({ href: `${origin}/chunked`, isRemote: true, file: null, forwarded: {}, validators: {} })
  const before = requests.length
  const [one, two] = await Promise.all([open(), open()])
  one.release()
  one.release()
  const three = await open()
  assert.equal(requests.length, before + 1)
  assert.ok(held > 0)
  two.release()
  three.release()
  assert.equal(held, 0)
  ;(await open()).release()
  assert.equal(requests.length, before + 2)
  await sources.close()
})

test('a failed fetch is not shared with who comes later', async () => {
  const images = { dangerouslyAllowLocalIP: true, remotePatterns: [{ hostname: '127.0.0.1' }] }
  const sources = createSources(resolveConfig({ root: '/app', images }, {}), lender)
  const open = () => sources.open({ href: `${origin}/503`, isRemote: true, file: null, forwarded: {}, validators: {} })
  const before = requests.length
  await assert.rejects(open())
  await assert.rejects(open())
  assert.equal(requests.length, before + 2)
  await sources.close()
})
