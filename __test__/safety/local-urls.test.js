/** Local URLs with `--origin`: whatever stands behind the first slash, no host but the origin is asked. Never leaves 127.0.0.0/8. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { makeFolder, startServe } from '../cli-process.js'

/** What WHATWG URL takes for a slash, what it drops without a word, and ways to get back to the root. */
const SLASHES = ['/', '\\']
const DROPPED = ['', '\t', '\n', '\r', '\r\n', '\t\t\n']
const DETOURS = ['/..', '/.', '/a/..', '/%2e%2e', '/.\t.', '/\\..', '/%2f', '/%5c', '/@', '/#', '/:80@', '/%09', '/%00']

/** Counts connections; it is the application, or the host that nobody may reach. */
async function startHost(t, address) {
  const host = { connections: 0 }
  const server = createServer((_, response) => response.writeHead(404).end()).listen(0, address)
  server.on('connection', () => {
    host.connections += 1
  })
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return Object.assign(host, { authority: `${address}:${server.address().port}` })
}

function toLocalUrls(authority) {
  const pairs = SLASHES.flatMap((second) => DROPPED.map((dropped) => `/${dropped}${second}`))
  const starts = [...pairs, ...DETOURS.flatMap((detour) => pairs.map((pair) => detour + pair))]
  // `n` is the host of the base that the checks parse with, so it looks local to them.
  return starts.flatMap((start) => [authority, `app@${authority}`, 'n'].map((host) => `${start}${host}/canary.png`))
}

const ask = (base, source) => fetch(`${base}/_next/image?url=${encodeURIComponent(source)}&w=64&q=75`)

test('a local URL never leads to another host than the origin', async (t) => {
  const [app, canary] = [await startHost(t, '127.0.0.2'), await startHost(t, '127.0.0.1')]
  const root = await makeFolder(t, { 'public/note.txt': 'a note\n' })
  for (const args of [[], ['--base-path', '/docs']]) {
    const server = await startServe(t, ['--root', root, '--origin', `http://${app.authority}`, ...args])
    const base = server.url + (args[1] ?? '')
    await Promise.all(
      toLocalUrls(canary.authority).map(async (source) => {
        const { status } = await ask(base, source)
        // Refused, or asked of the application, which has no such file. A name that was looked up would be 500.
        assert.ok(status === 400 || status === 404, `${JSON.stringify(source)}: ${status}`)
      }),
    )
    await server.end('SIGKILL')
  }
  assert.ok(app.connections > 0, 'the requests do reach the application')
  assert.equal(canary.connections, 0)
})

test('the canary counts', async (t) => {
  const canary = await startHost(t, '127.0.0.1')
  const root = await makeFolder(t)
  const { url } = await startServe(t, ['--root', root, '--origin', `http://${canary.authority}`])
  await ask(url, '/canary.png')
  assert.ok(canary.connections > 0)
})
