import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import http from 'node:http'
import test from 'node:test'

let copies = 0
/** The check runs once per process, so each test takes a copy of the module. */
const load = () => import(`${new URL('../../dist/next/self-check.js', import.meta.url).href}?copy=${copies++}`)

async function listen(t, handle) {
  const server = http.createServer(handle).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return server
}

function watchErrors(t) {
  const lines = []
  const { error } = console
  console.error = (line) => lines.push(line)
  t.after(() => (console.error = error))
  return lines
}

test('says nothing when the hook is reached', async (t) => {
  const { answersCheck, checkListening } = await load()
  const lines = watchErrors(t)
  const asked = new EventEmitter()
  const server = await listen(t, (req, res) => {
    res.on('close', () => asked.emit('answered'))
    if (!answersCheck(req, res)) res.end()
  })
  checkListening(server, '/_next/image')
  await once(asked, 'answered')
  assert.deepEqual(lines, [])
})

test('says clearly when the server answers by itself, and names the way out', async (t) => {
  const { checkListening } = await load()
  const line = new Promise((resolve) => {
    const { error } = console
    console.error = resolve
    t.after(() => (console.error = error))
  })
  const server = await listen(t, (_req, res) => res.writeHead(404).end())
  checkListening(server, '/docs/_next/image')
  assert.match(
    await line,
    /Expected requests for \/docs\/_next\/image to reach pixmill.*endpoint: 'api'.*pixmill\/pages/,
  )
})

test('another client cannot answer the check', async (t) => {
  const { answersCheck } = await load()
  const server = await listen(t, (req, res) => res.end(String(answersCheck(req, res))))
  const response = await fetch(`http://127.0.0.1:${server.address().port}/`, {
    headers: { 'x-pixmill-check': 'guess' },
  })
  assert.equal(await response.text(), 'false')
})
