// Flights, and what is served when: from a cache in a Map, with a clock that stands still.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFailures } from '../dist/optimizer/failures.js'
import { createFlights } from '../dist/optimizer/flights.js'
import { createVariants } from '../dist/optimizer/variants.js'
import { Refusal } from '../dist/request/index.js'

const variant = (fields = {}) => ({
  data: Buffer.from('body'),
  contentType: 'image/webp',
  etag: '"E"',
  ttl: 60,
  sharing: 'public',
  isFallback: false,
  tags: ['src:/a.png'],
  source: {},
  ...fields,
})

test('a flight answers until it has landed', async () => {
  const flights = createFlights()
  let land
  const flight = flights.start(
    'k',
    0,
    async () => 'result',
    () => new Promise((resolve) => (land = resolve)),
  )
  assert.equal(flight.hasResult, false)
  assert.equal(await flight.result, 'result')
  assert.equal(flights.get('k', 0).hasResult, true)
  land()
  await flights.idle()
  assert.equal(flights.get('k', 0), undefined)
})

test('a flight of an older generation answers nobody who comes later, and takes nothing from its successor', async () => {
  const flights = createFlights()
  let finish
  const old = flights.start(
    'k',
    0,
    () => new Promise((resolve) => (finish = resolve)),
    async () => {},
  )
  assert.equal(flights.get('k', 1), undefined)
  let land
  flights.start(
    'k',
    1,
    async () => 'new',
    () => new Promise((resolve) => (land = resolve)),
  )
  finish('old')
  await old.landed
  assert.equal(await flights.get('k', 1).result, 'new')
  land()
  await flights.idle()
})

test('a failed flight leaves nothing behind', async () => {
  const flights = createFlights()
  const flight = flights.start('k', 0, () => Promise.reject(new Error('no')), assert.fail)
  await assert.rejects(flight.result, /no/)
  await flights.idle()
  assert.equal(flights.get('k', 0), undefined)
})

/** A cache in a Map, and counts of what happened. */
function createFakes() {
  let time = 1_000_000
  let generation = 0
  const stored = new Map()
  const counts = { made: 0, stored: 0, failures: [], refreshed: [], background: 0 }
  const cache = {
    generation: () => generation,
    getMemory: () => null,
    get: async (key) => (stored.has(key) ? { entry: stored.get(key), tier: 'disk' } : null),
    set: async (key, entry) => {
      counts.stored++
      stored.set(key, { ...entry, staleAt: entry.storedAt + entry.ttl * 1000 })
    },
    delete: async (key) => void stored.delete(key),
  }
  const variants = createVariants({
    cache,
    now: () => time,
    onSeen: () => {},
    onStored: () => {},
    onRefreshed: (outcome) => counts.refreshed.push(outcome),
    onRefreshFailure: ({ tags: [tag] }, error) => counts.failures.push(`${tag} ${error.message}`),
  })
  const recipe = (make) => ({ make, waitUntil: () => counts.background++ })
  const make = (fields) =>
    recipe(async () => {
      counts.made++
      return variant(fields)
    })
  const fail = (error = new Error('down')) =>
    recipe(async () => {
      throw error
    })
  const renew = recipe(async (known) => ({ ...known, ttl: 30 }))
  return {
    variants,
    stored,
    counts,
    make,
    fail,
    renew,
    recipe,
    pass: (seconds) => (time += seconds * 1000),
    purge: () => generation++,
  }
}

/** With one entry under `k` that has become stale. */
async function createStale(fields) {
  const fakes = createFakes()
  await fakes.variants.get('k', fakes.make(fields))
  await fakes.variants.idle()
  fakes.pass(61)
  return fakes
}

test('many ask, one is made', async () => {
  const { variants, counts, make } = createFakes()
  const found = await Promise.all(Array.from({ length: 500 }, () => variants.get('k', make())))
  await variants.idle()
  assert.deepEqual([counts.made, counts.stored], [1, 1])
  assert.ok(found.every(({ state }) => state === 'MISS'))
  assert.deepEqual(
    found.map(({ isCollapsed }) => isCollapsed),
    found.map((_, place) => place > 0),
  )
  assert.equal((await variants.get('k', make())).state, 'HIT')
  assert.equal(counts.made, 1)
})

test('a stale one is served and made anew behind', async () => {
  const { variants, counts, make } = await createStale()
  const [one, two] = await Promise.all([variants.get('k', make()), variants.get('k', make())])
  assert.deepEqual([one.state, two.state], ['STALE', 'STALE'])
  await variants.idle()
  assert.deepEqual([counts.made, counts.refreshed], [2, ['replaced']])
  assert.equal((await variants.get('k', make())).state, 'HIT')
})

test('one whose source has not changed keeps its bytes and gets a new lifetime', async () => {
  const { variants, counts, make, renew, stored, pass } = await createStale()
  const before = stored.get('k')
  assert.equal((await variants.get('k', renew)).state, 'STALE')
  await variants.idle()
  assert.deepEqual([counts.made, counts.refreshed], [1, ['renewed']])
  const { data, etag, ttl, storedAt } = stored.get('k')
  assert.deepEqual([data, etag, ttl, storedAt - before.storedAt], [before.data, before.etag, 30, 61_000])
  pass(29)
  assert.equal((await variants.get('k', make())).state, 'HIT')
})

test('a refresh that fails leaves the stale one, is told, and pauses', async () => {
  const { variants, counts, make, fail, pass } = await createStale()
  for (let round = 0; round < 3; round++) {
    assert.equal((await variants.get('k', fail())).state, 'STALE')
    await variants.idle()
  }
  assert.deepEqual([counts.failures, counts.refreshed], [['src:/a.png down'], ['failed']])
  pass(11)
  await variants.get('k', make())
  await variants.idle()
  assert.equal((await variants.get('k', fail())).state, 'HIT')
})

test('a stand-in for a failure does not replace the stale one', async () => {
  const { variants, counts, make, pass } = await createStale()
  await variants.get('k', make({ isFallback: true, etag: '"original"' }))
  await variants.idle()
  assert.equal(counts.stored, 1)
  const { state, variant } = await variants.get('k', make())
  assert.deepEqual([state, variant.etag], ['STALE', '"E"'])
  await variants.idle()
  pass(11)
  await variants.get('k', make())
  await variants.idle()
  assert.equal((await variants.get('k', make())).state, 'HIT')
})

test('a source that is gone takes its variants along; one in trouble does not', async () => {
  for (const [status, isKept] of [
    [404, false],
    [410, false],
    [403, true],
    [500, true],
    [504, true],
  ]) {
    const { variants, make, fail } = await createStale()
    assert.equal((await variants.get('k', fail(new Refusal(status, 'no')))).state, 'STALE')
    await variants.idle()
    assert.equal((await variants.get('k', make())).state, isKept ? 'STALE' : 'MISS', `${status}`)
  }
})

test('what may no longer be kept does not stay', async () => {
  const { variants, stored, make } = await createStale()
  await variants.get('k', make({ sharing: 'none' }))
  await variants.idle()
  assert.equal(stored.size, 0)
})

test('what was asked for before a purge answers nobody who comes after it', async () => {
  const { variants, counts, make, recipe, purge } = createFakes()
  let finish
  const slow = recipe(() => new Promise((resolve) => (finish = () => resolve(variant({ etag: '"old"' })))))
  const before = variants.get('k', slow)
  await new Promise(setImmediate)
  purge()
  const after = await variants.get('k', make())
  finish()
  assert.deepEqual([after.variant.etag, (await before).variant.etag, counts.made], ['"E"', '"old"', 1])
})

test('an entry is as old as the question for its source, not as the answer', async () => {
  const { variants, stored, recipe, pass } = createFakes()
  await variants.get(
    'k',
    recipe(async () => {
      pass(20)
      return variant()
    }),
  )
  await variants.idle()
  assert.equal(stored.get('k').storedAt, 1_000_000)
})

test('the platform is told of what goes on behind an answer', async () => {
  const { variants, counts, make } = await createStale()
  assert.equal(counts.background, 1, 'storing')
  await variants.get('k', make())
  await variants.idle()
  assert.equal(counts.background, 3, 'the flight and its refresh')
})

test('a stand-in for a failure is never served stale', async () => {
  const { variants, counts, make, pass } = createFakes()
  await variants.get('k', make({ isFallback: true, ttl: 5 }))
  await variants.idle()
  assert.equal((await variants.get('k', make())).state, 'HIT')
  await variants.idle()
  pass(6)
  assert.equal((await variants.get('k', make())).state, 'MISS')
  assert.equal(counts.made, 2)
})

test('what may not be shared is not stored', async () => {
  const { variants, counts, make } = createFakes()
  await variants.get('k', make({ sharing: 'none' }))
  await variants.idle()
  assert.equal(counts.stored, 0)
})

test('a failure is told to all who wait', async () => {
  const { variants, make, fail } = createFakes()
  const results = await Promise.allSettled([variants.get('k', fail()), variants.get('k', fail())])
  assert.ok(results.every(({ reason }) => reason.message === 'down'))
  await variants.idle()
  assert.equal((await variants.get('k', make())).state, 'MISS')
})

test('a source that failed is not asked again for a moment', () => {
  let time = 0
  const failures = createFailures({ ttlSeconds: 5, now: () => time })
  const refusal = new Refusal(502, 'no')
  failures.remember('/a', refusal)
  failures.remember('/b', new Error('ours'))
  assert.deepEqual([failures.recall('/a'), failures.recall('/b')], [refusal, undefined])
  time = 4_999
  assert.equal(failures.recall('/a'), refusal)
  time = 5_000
  assert.equal(failures.recall('/a'), undefined)
})

test('failures are remembered up to a number, the oldest go first', () => {
  const failures = createFailures({ ttlSeconds: 5 })
  for (let number = 0; number <= 1_000; number++) failures.remember(`/${number}`, new Refusal(404, 'no'))
  assert.deepEqual([failures.recall('/0'), failures.recall('/1')?.status], [undefined, 404])
})
