import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import https from 'node:https'
import test from 'node:test'
import { createLocalFetch, isHop } from '../../dist/next/local-fetch.js'

async function readText({ body }) {
  let text = ''
  for await (const chunk of body) text += chunk
  return text
}

for (const { createServer, scheme } of [
  { ...http, scheme: 'http' },
  { ...https, scheme: 'https' },
]) {
  test(`asks a ${scheme} server without a port and without TLS`, async () => {
    const seen = []
    const server = createServer((req, res) => {
      seen.push({ url: req.url, headers: req.headers, isEncrypted: req.socket.encrypted, isHop: isHop(req) })
      res.setHeader('Content-Type', 'image/png')
      res.setHeader('Set-Cookie', ['a=1', 'b=2'])
      res.end('bytes')
    })
    const answer = await createLocalFetch(server)('/api/avatar?x=1', { headers: { accept: '*/*' } })
    assert.equal(answer.status, 200)
    assert.equal(answer.headers['content-type'], 'image/png')
    assert.equal(answer.headers['set-cookie'], 'a=1, b=2')
    assert.equal(await readText(answer), 'bytes')
    assert.equal(seen.length, 1)
    assert.equal(seen[0].url, '/api/avatar?x=1')
    assert.equal(seen[0].isEncrypted, scheme === 'https')
    assert.equal(seen[0].isHop, true)
    assert.deepEqual(Object.keys(seen[0].headers).sort(), ['accept', 'connection', 'host', 'x-pixmill-hop'])
  })
}

test('a large body arrives whole', async () => {
  const body = Buffer.alloc(3_000_000, 'x')
  const server = http.createServer((_req, res) => res.end(body))
  assert.equal((await readText(await createLocalFetch(server)('/', { headers: {} }))).length, body.length)
})

test('follows the redirect of trailingSlash, and no other', async () => {
  const locations = { '/a?b=1': '/a/?b=1', '/b': '/c', '/d': 'https://a.example/d' }
  const server = http.createServer((req, res) => {
    const location = locations[req.url]
    if (location) res.writeHead(308, { location })
    res.end(req.url)
  })
  const fetchLocal = createLocalFetch(server)
  const slash = await fetchLocal('/a?b=1', { headers: {} })
  assert.equal(slash.status, 200)
  assert.equal(await readText(slash), '/a/?b=1')
  for (const path of ['/b', '/d']) assert.equal((await fetchLocal(path, { headers: {} })).status, 308)
})

/** Listening, as every server of an app is: a pair of streams alone does not keep the process. */
async function listen(t, handle) {
  const server = http.createServer(handle).listen(0)
  t.after(() => server.close())
  await once(server, 'listening')
  return server
}

test('an abort ends the request on both sides', async (t) => {
  const controller = new AbortController()
  let gone
  const server = await listen(t, (_req, res) => {
    gone = once(res, 'close')
    controller.abort()
  })
  const asked = createLocalFetch(server)('/slow', { headers: {}, signal: controller.signal })
  await assert.rejects(asked, { name: 'AbortError' })
  await gone
})

test('an app that breaks the connection off is an error', async (t) => {
  const server = await listen(t, (_req, res) => res.destroy())
  await assert.rejects(createLocalFetch(server)('/', { headers: {} }), Error)
})
