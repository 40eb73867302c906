/**
 * Private hosts in all spellings, directly, behind redirects, behind names and behind names that change: `pixmill serve` connects to none of them.
 * In a namespace where nearly every address would answer. Never reaches the outside.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { makeFolder, startServe } from '../cli-process.js'
import { CANARY_WIDTH, HIGH_PORT, PUBLIC_WIDTH, startCanary } from './canary.js'
import { createClient } from './client.js'
import { startNameServer } from './dns-server.js'
import { inNamespace } from './namespace.js'
import { configureNetwork, countOpened, NETWORK } from './network.js'
import { AUTHORITIES, BEGINNINGS, DECOYS, DIRECT_BEGINNINGS, LOCATIONS, NOWHERE, UNICODE } from './private-hosts.js'
import { createAnswers, NAMES, namesIn } from './private-names.js'

/** What lives as long as the file. */
const ends = []
const file = { after: (end) => ends.push(end) }
const client = createClient(file)

let folder
let canary
let guarded

/** A path that nobody asked for yet: neither the cache nor a remembered failure may answer. */
let paths = 0
const withPath = (start) => `${start}/${paths++}.png`

const SCHEMES = ['http', 'https'].flatMap((scheme) => ['', `:${HIGH_PORT}`].map((port) => [scheme, port]))
const toUrls = (hosts) =>
  hosts.flatMap((host) => SCHEMES.map(([scheme, port]) => withPath(`${scheme}://${host}${port}`)))
const spelled = () => [...toUrls(AUTHORITIES), ...BEGINNINGS.map(withPath)]
const named = (...domains) => toUrls(domains.flatMap(namesIn))

const to = (url, hops = 0) => `http://public.test/hops?n=${hops}&url=${encodeURIComponent(url)}`
/** As one or as three hops, and as servers write it: a header is ASCII. */
const redirected = (urls) =>
  urls.map((url, index) => to(url.replace(/[^\0-\x7f]+/g, encodeURIComponent), index % 2 === 0 ? 0 : 2))
/** The host redirects to itself `times` times. */
const again = (times) => (start) => `${withPath(`${start}/again`)}?n=${times}`
const http = (name) => `http://${name}`

inNamespace(import.meta.url, NETWORK, () => {
  before(async () => {
    folder = await makeFolder(file, { 'public/note.txt': 'a note\n' })
    configureNetwork(folder)
    canary = await startCanary(file)
    await startNameServer(file, createAnswers())
    guarded = await serve(file)
  })
  after(() => Promise.all(ends.map((end) => end())))

  test('no spelling of a private host is connected to', async () => {
    await assertRefused([...spelled(), ...toUrls(NOWHERE), ...DIRECT_BEGINNINGS.map(withPath)])
  })

  test('nor behind a redirect', async () => {
    await assertRefused(redirected([...spelled(), ...toUrls(NOWHERE)]))
    await assertRefused([...LOCATIONS.map(withPath), ...toUrls(UNICODE)].map((url) => to(url)))
  })

  test('nor behind a name', async () => {
    const sources = () => [...toUrls(NAMES), ...named('plain', 'cname', 'aliases')]
    await assertRefused([...sources(), ...redirected(sources())])
  })

  test('a name with a private address among public ones is refused as a whole', async () => {
    const sources = () => named('mixed', 'first', 'split')
    await assertRefused([...sources(), ...redirected(sources())])
  })

  test('a name that turns private between two hops is not followed', async () => {
    const { upstream } = canary
    const sources = [
      ...namesIn('second').map(http).map(again(1)),
      ...namesIn('third').map(http).map(again(2)),
      ...namesIn('secure').map((name) => again(1)(`https://${name}`)),
    ]
    await assertRefused(sources)
    // The first answers were public, and were used.
    assert.ok(canary.upstream - upstream >= sources.length)
  })

  test('a name that turned private between two requests is refused, after its public answer was served', async () => {
    const sources = () => namesIn('every').map(http).map(withPath)
    assertWidths(await quietly(sources()), PUBLIC_WIDTH)
    await assertRefused(sources())
  })

  test('what looks private and is public leads to the public host alone', async () => {
    assertWidths(await quietly(DECOYS.map(withPath)), PUBLIC_WIDTH)
  })

  test('a proxy of the environment is no way around', async (t) => {
    const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy']
    const proxies = Object.fromEntries(names.map((name) => [name, 'http://10.0.0.1:80']))
    const server = await serve(t, { env: { ...proxies, NODE_USE_ENV_PROXY: '1', NO_PROXY: '' } })
    await assertRefused(toUrls(['127.0.0.1', '10.0.0.1', 'a0.plain.test']), server)
    assertWidths(await quietly([withPath('http://public.test')], server), PUBLIC_WIDTH)
  })

  test('an origin leads to no private host by its redirects', async (t) => {
    const server = await serve(t, { images: { localPatterns: null }, args: ['--origin', 'http://8.8.8.8'] })
    await assertRefused(
      spelled().map((url) => `/hops?n=0&url=${encodeURIComponent(encodeURI(url))}`),
      server,
    )
    assertWidths(await quietly([withPath('')], server), PUBLIC_WIDTH)
  })

  test('the canary counts: where private hosts are allowed, all of these requests reach it', async (t) => {
    const server = await serve(t, { images: { dangerouslyAllowLocalIP: true } })
    const sources = () =>
      [...spelled(), ...toUrls(NAMES), ...named('plain', 'cname', 'aliases')].filter((url) => !url.startsWith('https:'))
    const rebound = [...namesIn('second').map(http).map(again(1)), ...namesIn('third').map(http).map(again(2))]
    const locations = LOCATIONS.map(withPath).map((url) => to(url))
    const all = [...sources(), ...redirected(sources()), ...rebound, ...locations, ...DIRECT_BEGINNINGS.map(withPath)]
    canary.connections.length = 0
    assertWidths(await client.askAll(server.url, all), CANARY_WIDTH)
    assert.ok(canary.connections.length >= all.length)
  })
})

function serve(t, { images = {}, args = [], env = {} } = {}) {
  const flags = ['--images', JSON.stringify({ remotePatterns: [{ hostname: '**' }], ...images })]
  return startServe(t, ['--root', folder, '--host', '127.0.0.1', ...flags, ...args], { env })
}

/** Not one connection in the whole namespace, to whatever port, but the client's and those to the upstream. */
async function quietly(sources, { url } = guarded) {
  const before = countOpened() - client.sockets - canary.upstream
  canary.connections.length = 0
  const answers = await client.askAll(url, sources)
  await canary.settle()
  assert.deepEqual(canary.connections, [])
  assert.equal(countOpened() - client.sockets - canary.upstream, before)
  return answers
}

async function assertRefused(sources, server) {
  for (const { source, status } of await quietly(sources, server)) {
    assert.ok(status >= 400 && status <= 599, `${status} for ${source}`)
  }
}

function assertWidths(answers, expected) {
  for (const { source, status, width } of answers) assert.equal(width, expected, `${status} for ${source}`)
}
