// The parts of the policy that need no pixels: headers and freshness as Next, flights, and what is served when.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { resolveConfig } from '../dist/config/index.js'
import { PixmillError } from '../dist/errors.js'
import { toDisposition } from '../dist/optimizer/disposition.js'
import { isNotModified, toEtag } from '../dist/optimizer/etag.js'
import { isReplaceable, toFailure } from '../dist/optimizer/failure.js'
import { createFlights } from '../dist/optimizer/flights.js'
import { isShareable, resolveTtl } from '../dist/optimizer/freshness.js'
import { toHeaders } from '../dist/optimizer/headers.js'
import { createLog } from '../dist/optimizer/log.js'
import { createVariants } from '../dist/optimizer/variants.js'
import { Refusal } from '../dist/request/index.js'
import { answers, cacheControls, conditions } from './golden/cases.js'

const golden = JSON.parse(readFileSync(new URL('./golden/next-16.4.6.json', import.meta.url), 'utf8'))

const variant = (fields = {}) => ({
  data: Buffer.from('body'),
  contentType: 'image/webp',
  etag: '"E"',
  ttl: 60,
  isShared: true,
  isFallback: false,
  ...fields,
})

for (const [index, [href, contentType, ttl, isStatic, isDev, images]] of answers.entries()) {
  test(`headers as Next: ${href} ${contentType}${isDev ? ' in dev' : ''}`, () => {
    const config = resolveConfig({ root: '/app', dev: isDev, images }, {})
    const headers = toHeaders(variant({ contentType, ttl }), { href, isStatic }, config, 'MISS')
    const { ETag, 'X-Content-Type-Options': nosniff, ...rest } = headers
    const { ETag: theirs, ...expected } = golden.answers[index].headers
    assert.deepEqual(rest, expected)
    assert.deepEqual([ETag, nosniff], [`"${theirs}"`, 'nosniff'])
  })
}

test('conditional requests as Next', () => {
  for (const [index, [ifNoneMatch, cacheControl]] of conditions.entries()) {
    const isModified = golden.conditions[index].status === 200
    assert.equal(
      isNotModified(ifNoneMatch?.replace(/E$/, '"E"'), cacheControl, '"E"'),
      !isModified,
      `${ifNoneMatch} ${cacheControl}`,
    )
  }
})

test('max-age of upstreams as Next', () => {
  for (const [index, text] of cacheControls.entries())
    assert.equal(resolveTtl(text, 0), golden.cacheControls[index], text)
  assert.equal(resolveTtl('max-age=60', 100), 100)
  assert.equal(resolveTtl('max-age=-5', 0), 0)
})

test('what upstreams forbid is not shared', () => {
  for (const text of ['private', 'no-store', 'max-age=60, PRIVATE', 'private="set-cookie"'])
    assert.equal(isShareable(text), false, text)
  for (const text of [undefined, '', 'no-cache', 'max-age=60', 'x-private', 'public'])
    assert.equal(isShareable(text), true, text)
})

test('names are decoded and safe', () => {
  const name = (href) => toDisposition('attachment', href, 'image/webp').slice('attachment; '.length)
  assert.equal(name('https://h.test/%E7%8C%AB.png'), 'filename="?.webp"; filename*=UTF-8\'\'%E7%8C%AB.webp')
  assert.equal(name('/a%20b.png'), 'filename="a b.webp"')
  assert.equal(name('/caf\u00e9.png'), 'filename="caf?.webp"; filename*=UTF-8\'\'caf%C3%A9.webp')
  assert.equal(name('/a%2F..%2Fb.png'), 'filename="a_.webp"')
  assert.equal(name('/a%0D%0Ab.png'), 'filename="a??b.webp"; filename*=UTF-8\'\'a%0D%0Ab.webp')
  assert.equal(name('/%.png'), 'filename="%.webp"')
  assert.equal(name('/\ud800.png'), 'filename="?.webp"; filename*=UTF-8\'\'%EF%BF%BD.webp')
})

test('an original that stands in for a failure is not immutable', () => {
  const config = resolveConfig({ root: '/app' }, {})
  const params = { href: '/_next/static/media/a.png', isStatic: true }
  assert.equal(
    toHeaders(variant({ isFallback: true, ttl: 10 }), params, config, 'MISS')['Cache-Control'],
    'public, max-age=10, must-revalidate',
  )
  assert.match(toHeaders(variant({ isShared: false }), params, config, 'MISS')['Cache-Control'], /^private/)
})

test('tags are quoted and the same for the same bytes, large ones too', async () => {
  const small = Buffer.from('a')
  const large = Buffer.alloc((1 << 20) + 1)
  for (const data of [small, large]) {
    assert.match(await toEtag(data), /^"[\w-]{43}"$/)
    assert.equal(await toEtag(data), await toEtag(Buffer.from(data)))
  }
  assert.notEqual(await toEtag(small), await toEtag(large))
})

test('statuses come from one table', () => {
  const error = (code) => new PixmillError({ code, subject: 's', expected: 'e', received: 'r' })
  assert.deepEqual(toFailure(new Refusal(404, 'text')), { status: 404, message: 'text', isLogged: true })
  assert.equal(toFailure(new Refusal(302, 'text')).status, 500)
  assert.deepEqual([toFailure(error('ERR_BUSY')).status, toFailure(error('ERR_BUSY')).retryAfter], [503, 1])
  assert.equal(toFailure(error('ERR_LIMIT')).status, 413)
  assert.equal(toFailure(error('ERR_INPUT')).status, 400)
  assert.deepEqual(toFailure(new TypeError('secret')), {
    status: 500,
    message: 'Internal Server Error',
    isLogged: true,
  })
  assert.equal(isReplaceable(error('ERR_INPUT')), true)
  assert.equal(isReplaceable(error('ERR_BUSY')), false)
  assert.equal(isReplaceable(new Refusal(404, 'text')), false)
})

test('a log line is one line', () => {
  const lines = []
  createLog((line) => lines.push(line)).failure('/a\nb', new Error('x\r\ny', { cause: new Error('z') }))
  assert.deepEqual(lines, ['pixmill: /a b: x y (z)'])
})

test('a flight answers until it has landed', async () => {
  const flights = createFlights()
  let land
  const flight = flights.start(
    'k',
    async () => 'result',
    () => new Promise((resolve) => (land = resolve)),
  )
  assert.equal(flight.hasResult, false)
  assert.equal(await flight.result, 'result')
  assert.equal(flights.get('k').hasResult, true)
  land()
  await flights.idle()
  assert.equal(flights.get('k'), undefined)
})

test('a failed flight leaves nothing behind', async () => {
  const flights = createFlights()
  const flight = flights.start('k', () => Promise.reject(new Error('no')), assert.fail)
  await assert.rejects(flight.result, /no/)
  await flights.idle()
  assert.equal(flights.get('k'), undefined)
})

/** A cache in a Map: `memory` and `disk` differ only in who sees them. */
function createFakes() {
  let time = 1_000_000
  const stored = new Map()
  const counts = { made: 0, stored: 0, failures: [] }
  const cache = {
    getMemory: () => null,
    get: async (key) => (stored.has(key) ? { entry: stored.get(key), tier: 'disk' } : null),
    set: async (key, entry) => {
      counts.stored++
      stored.set(key, { ...entry, storedAt: time, staleAt: time + entry.ttl * 1000 })
    },
  }
  const variants = createVariants({
    cache,
    now: () => time,
    onStored: () => {},
    onRefreshFailure: (error) => counts.failures.push(error.message),
  })
  const make = (fields) => async () => {
    counts.made++
    return variant(fields)
  }
  return { variants, counts, make, pass: (seconds) => (time += seconds * 1000) }
}

test('many ask, one is made', async () => {
  const { variants, counts, make } = createFakes()
  const found = await Promise.all(Array.from({ length: 500 }, () => variants.get('k', make())))
  await variants.idle()
  assert.deepEqual([counts.made, counts.stored], [1, 1])
  assert.ok(found.every(({ state }) => state === 'MISS'))
  assert.equal((await variants.get('k', make())).state, 'HIT')
  assert.equal(counts.made, 1)
})

test('a stale one is served and made anew behind', async () => {
  const { variants, counts, make, pass } = createFakes()
  await variants.get('k', make())
  await variants.idle()
  pass(61)
  const [one, two] = await Promise.all([variants.get('k', make()), variants.get('k', make())])
  assert.deepEqual([one.state, two.state], ['STALE', 'STALE'])
  await variants.idle()
  assert.equal(counts.made, 2)
  assert.equal((await variants.get('k', make())).state, 'HIT')
})

test('a refresh that fails leaves the stale one, is told, and pauses', async () => {
  const { variants, counts, make, pass } = createFakes()
  await variants.get('k', make())
  await variants.idle()
  pass(61)
  const fail = async () => {
    throw new Error('down')
  }
  for (let round = 0; round < 3; round++) {
    assert.equal((await variants.get('k', fail)).state, 'STALE')
    await variants.idle()
  }
  assert.deepEqual(counts.failures, ['down'])
  pass(11)
  await variants.get('k', make())
  await variants.idle()
  assert.equal((await variants.get('k', fail)).state, 'HIT')
})

test('a stand-in for a failure is never served stale', async () => {
  const { variants, counts, make, pass } = createFakes()
  await variants.get('k', make({ isFallback: true, ttl: 10 }))
  await variants.idle()
  assert.equal((await variants.get('k', make())).state, 'HIT')
  await variants.idle()
  pass(11)
  assert.equal((await variants.get('k', make())).state, 'MISS')
  assert.equal(counts.made, 2)
})

test('what may not be shared is not stored', async () => {
  const { variants, counts, make } = createFakes()
  await variants.get('k', make({ isShared: false }))
  await variants.idle()
  assert.equal(counts.stored, 0)
})

test('a failure is told to all who wait and to nobody later', async () => {
  const { variants, make } = createFakes()
  const fail = async () => {
    throw new Error('broken')
  }
  const results = await Promise.allSettled([variants.get('k', fail), variants.get('k', fail)])
  assert.ok(results.every(({ reason }) => reason.message === 'broken'))
  await variants.idle()
  assert.equal((await variants.get('k', make())).state, 'MISS')
})
