// AVIF twice: when the second one is made, what it may replace, and what the client is told meanwhile.
import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises'
import { createOptimizer } from '../dist/optimizer/index.js'
import { createSecondPhase } from '../dist/optimizer/second-phase.js'

const variant = (bytes, fields = {}) => ({
  data: Buffer.alloc(bytes, 1),
  contentType: 'image/avif',
  etag: `"${bytes}"`,
  ttl: 60,
  sharing: 'public',
  isFallback: false,
  isInterim: true,
  tags: ['src:/a.png'],
  source: {},
  ...fields,
})

/** A cache in a Map, an engine that is as busy as it is told, and a clock that goes on by request. */
function createFakes(t) {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const entries = new Map()
  const activity = { queued: 0, running: 0, completed: 0, failed: 0, busy: 0, cancelled: 0 }
  const [stored, outcomes] = [[], []]
  let time = 1_000_000
  const getMemory = (key) => entries.get(key) ?? null
  const cache = { getMemory, get: async (key) => (entries.has(key) ? { entry: getMemory(key), tier: 'disk' } : null) }
  const put = (key, { isInterim, isFallback, sharing, source, ...rest }) =>
    entries.set(key, { ...rest, meta: JSON.stringify({ isInterim }), storedAt: 5, staleAt: time + 60_000 })
  const secondPhase = createSecondPhase({
    cache,
    activity: () => ({ ...activity }),
    store: async (key, made, startedAt) => {
      stored.push({ key, bytes: made.data.byteLength, isInterim: made.isInterim, startedAt })
      put(key, made)
    },
    onImproved: (outcome, saved) => outcomes.push([outcome, saved]),
    now: () => time,
  })
  const pass = async (seconds) => {
    for (let second = 0; second < seconds; second++) {
      time += 1_000
      t.mock.timers.tick(1_000)
      for (let turns = 0; turns < 10; turns++) await turn()
    }
  }
  return { secondPhase, entries, activity, stored, outcomes, put, pass, now: () => time }
}

test('what was asked for again is replaced by fewer bytes once nothing goes on, the hottest first', async (t) => {
  const { secondPhase, activity, stored, outcomes, put, pass } = createFakes(t)
  for (const key of ['cold', 'hot']) put(key, variant(100))
  const made = []
  const note = (key) => {
    const improve = async () => {
      made.push(key)
      return variant(90, { etag: '"new"' })
    }
    secondPhase.note(key, '"100"', improve)
  }
  for (const key of ['cold', 'hot', 'hot']) note(key)
  activity.running = 1
  await pass(20)
  assert.deepEqual(made, [], 'the engine works')
  activity.running = 0
  activity.completed++
  await pass(2)
  assert.deepEqual(made, [], 'it has just worked')
  await pass(3)
  assert.deepEqual(made, ['hot', 'cold'])
  assert.deepEqual(
    stored.map(({ key, bytes, isInterim }) => [key, bytes, isInterim]),
    [
      ['hot', 90, false],
      ['cold', 90, false],
    ],
  )
  assert.deepEqual(outcomes, [
    ['replaced', 10],
    ['replaced', 10],
  ])
  await secondPhase.close()
})

test('what is not smaller, of another type or a stand-in does not come in', async (t) => {
  for (const [fields, bytes, isTried] of [
    [{}, 100, true],
    [{ contentType: 'image/webp' }, 50, true],
    [{ isFallback: true }, 50, false],
  ]) {
    const { secondPhase, stored, put, pass, entries } = createFakes(t)
    put('k', variant(100))
    secondPhase.note('k', '"100"', async () => variant(bytes, { etag: '"new"', ...fields }))
    await pass(5)
    const expected = isTried ? [{ key: 'k', bytes: 100, isInterim: false, startedAt: 5 }] : []
    assert.deepEqual(stored, expected, 'the same bytes, which were stored when they were, and for good')
    assert.equal(entries.get('k').etag, '"100"')
    await secondPhase.close()
    t.mock.timers.reset()
  }
})

test('an entry that was purged or replaced meanwhile stays as it is', async (t) => {
  const { secondPhase, stored, put, pass, entries } = createFakes(t)
  put('purged', variant(100))
  put('replaced', variant(100))
  secondPhase.note('purged', '"100"', async () => {
    entries.delete('purged')
    return variant(90)
  })
  secondPhase.note('replaced', '"100"', async () => {
    put('replaced', variant(120))
    return variant(90)
  })
  await pass(5)
  assert.deepEqual([stored, entries.has('purged'), entries.get('replaced').etag], [[], false, '"120"'])
  await secondPhase.close()
})

test('who waits comes first: what is under way ends, and is made later', async (t) => {
  const { secondPhase, stored, put, pass, outcomes } = createFakes(t)
  put('k', variant(100))
  let tries = 0
  const improve = (signal) => {
    tries++
    if (tries > 1) return Promise.resolve(variant(90))
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  }
  secondPhase.note('k', '"100"', improve)
  await pass(4)
  assert.deepEqual([tries, stored.length], [1, 0])
  secondPhase.giveWay()
  await pass(1)
  assert.deepEqual([tries, outcomes], [1, []], 'nothing begins again at once')
  await pass(4)
  assert.deepEqual([tries, stored.length], [2, 1])
  await secondPhase.close()
})

test('one that fails is told, and not tried again until it is asked for', async (t) => {
  const { secondPhase, put, pass, outcomes } = createFakes(t)
  put('k', variant(100))
  const fail = async () => {
    throw new Error('the source is gone')
  }
  secondPhase.note('k', '"100"', fail)
  await pass(10)
  assert.deepEqual(outcomes, [['failed', 0]])
  await secondPhase.close()
})

const root = mkdtempSync(join(tmpdir(), 'pixmill-second-phase-'))
mkdirSync(join(root, 'public'))
mkdirSync(join(root, '.next', 'static', 'media'), { recursive: true })
const photo = join(import.meta.dirname, 'fixtures', 'photo-large.jpg')
copyFileSync(photo, join(root, 'public', 'photo.jpg'))
copyFileSync(photo, join(root, '.next', 'static', 'media', 'photo.1234abcd.jpg'))
after(() => rmSync(root, { recursive: true }))

const HUNG_MS = 60_000

/** Until it holds; whether it ever does is the question, not when. */
async function until(holds) {
  const startedAt = Date.now()
  while (!(await holds())) {
    assert.ok(Date.now() - startedAt < HUNG_MS, 'it never came')
    await wait(100)
  }
}

test('a real picture: the same URL, fewer bytes, a new tag, and immutable at last', async () => {
  const images = { formats: ['image/avif'] }
  const optimizer = createOptimizer({ root, images, options: { twoPhase: true, firstMaxAge: 30, memory: '256mb' } })
  const improvements = []
  const improved = (outcome, saved) => improvements.push([outcome, saved])
  const ignore = () => {}
  const [answered, encoded, fetched, refreshed, failed] = Array(5).fill(ignore)
  optimizer.observe({ answered, encoded, fetched, refreshed, failed, improved })
  const get = (href, fields = {}) => {
    const url = `/_next/image?url=${encodeURIComponent(href)}&w=640&q=75`
    return optimizer.getImage({ method: 'GET', url, headers: { accept: 'image/avif,*/*', ...fields } })
  }
  try {
    const imported = '/_next/static/media/photo.1234abcd.jpg'
    const first = await get(imported)
    assert.deepEqual([first.status, first.headers['Content-Type']], [200, 'image/avif'])
    assert.equal(first.headers['Cache-Control'], 'public, max-age=30, must-revalidate')
    const plain = await get('/photo.jpg')
    assert.match(plain.headers['Cache-Control'], /^public, max-age=14400, must-revalidate/)
    const again = await get(imported)
    assert.equal(again.headers['X-Nextjs-Cache'], 'HIT')
    await until(() => improvements.length > 0)
    assert.equal(improvements.length, 1, 'the other one was not asked for again')
    const [[outcome, saved]] = improvements
    assert.equal(outcome, 'replaced')
    const second = await get(imported, { 'if-none-match': first.headers.ETag })
    assert.deepEqual([second.status, second.headers['X-Nextjs-Cache']], [200, 'HIT'])
    assert.equal(second.body.byteLength, first.body.byteLength - saved)
    assert.ok(saved > 0)
    assert.equal(second.headers['Cache-Control'], 'public, max-age=315360000, immutable')
    assert.equal((await get('/photo.jpg')).headers.ETag, plain.headers.ETag)
  } finally {
    await optimizer.close()
  }
})

test('without the option nothing is made twice', async () => {
  const optimizer = createOptimizer({ root, images: { formats: ['image/avif'] }, options: { memory: '256mb' } })
  const url = `/_next/image?url=${encodeURIComponent('/_next/static/media/photo.1234abcd.jpg')}&w=384&q=75`
  try {
    const { headers } = await optimizer.getImage({ method: 'GET', url, headers: { accept: 'image/avif' } })
    assert.equal(headers['Cache-Control'], 'public, max-age=315360000, immutable')
  } finally {
    await optimizer.close()
  }
})
