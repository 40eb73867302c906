/** The library's public surface: what it makes, what it refuses and how, and that nothing of it runs where it must not. */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { configure, negotiate, optimize, PixmillError, probe, stats } from 'pixmill'
import { makePng, makePngBomb } from './pictures.js'

const folder = mkdtempSync(join(tmpdir(), 'pixmill-api-'))
const picture = makePng(320, 200)

test('writes each format, never larger than the source', async () => {
  for (const format of ['avif', 'webp', 'jpeg', 'png']) {
    const { data, width, height, timings, ...rest } = await optimize(picture, { width: 160, format })
    assert.equal(rest.format, format)
    assert.deepEqual([width, height], [160, 100])
    assert.ok(Buffer.isBuffer(data))
    assert.deepEqual(Object.keys(timings).sort(), ['decode', 'encode', 'queue', 'read', 'resize', 'total'])
    if (format === 'avif') assert.equal(data.toString('latin1', 4, 12), 'ftypavif')
    else assert.deepEqual([probe(data).format, probe(data).width, probe(data).height], [format, 160, 100])
  }
  const { width, height, format } = await optimize(picture, { width: 4000 })
  assert.deepEqual([width, height, format], [320, 200, 'png'])
})

test('fits a box in four ways', async () => {
  const sizes = {}
  for (const fit of ['inside', 'cover', 'contain', 'fill']) {
    const { width, height } = await optimize(picture, { width: 100, height: 100, fit, format: 'png' })
    sizes[fit] = [width, height]
  }
  assert.deepEqual(sizes, { inside: [100, 63], cover: [100, 100], contain: [100, 100], fill: [100, 100] })
})

test('reads a path, a Buffer and a Uint8Array alike', async () => {
  const path = join(folder, 'picture.png')
  writeFileSync(path, picture)
  const results = await Promise.all(
    [path, picture, new Uint8Array(picture)].map((source) => optimize(source, { width: 64, format: 'webp' })),
  )
  assert.ok(results.every(({ data }) => data.equals(results[0].data)))
})

test('probe reads headers', () => {
  assert.deepEqual(probe(picture), {
    format: 'png',
    width: 320,
    height: 200,
    orientation: 1,
    hasAlpha: false,
    isAnimated: false,
    frames: 1,
  })
  assert.throws(() => probe(Buffer.from('no picture')), { code: 'ERR_UNSUPPORTED' })
})

const refused = [
  ['an unknown type', Buffer.from('<html>hello</html>'), {}, 'ERR_UNSUPPORTED'],
  ['a truncated file', picture.subarray(0, picture.length >> 1), {}, 'ERR_INPUT'],
  ['zero bytes', Buffer.alloc(0), {}, 'ERR_INPUT'],
  ['a missing file', join(folder, 'missing.png'), {}, 'ERR_INPUT'],
  ['a folder', folder, {}, 'ERR_INPUT'],
  ['a bomb', makePngBomb(60000, 60000), {}, 'ERR_LIMIT'],
  ['a width of -1', picture, { width: -1 }, 'ERR_OPTION', 'width'],
  ['a width of 0', picture, { width: 0 }, 'ERR_OPTION', 'width'],
  ['a width of 1.5', picture, { width: 1.5 }, 'ERR_OPTION', 'width'],
  ['a width of NaN', picture, { width: Number.NaN }, 'ERR_OPTION', 'width'],
  ['a width of Infinity', picture, { width: Number.POSITIVE_INFINITY }, 'ERR_OPTION', 'width'],
  ['a width that is text', picture, { width: '100' }, 'ERR_OPTION', 'width'],
  ['a width of null', picture, { width: null }, 'ERR_OPTION', 'width'],
  ['a height of 1e9', picture, { height: 1e9 }, 'ERR_OPTION', 'height'],
  ['quality 0', picture, { quality: 0 }, 'ERR_OPTION', 'quality'],
  ['quality 101', picture, { quality: 101 }, 'ERR_OPTION', 'quality'],
  ['an unknown format', picture, { format: 'tiff' }, 'ERR_OPTION', 'format'],
  ['an unknown fit', picture, { fit: 'outside' }, 'ERR_OPTION', 'fit'],
  ['an unknown speed', picture, { speed: 'warp' }, 'ERR_OPTION', 'speed'],
  ['a source of type number', 5, {}, 'ERR_OPTION', 'source'],
  ['no source', undefined, {}, 'ERR_OPTION', 'source'],
  ['options that are no object', picture, 5, 'ERR_OPTION', 'options'],
  ['a signal that is none', picture, { signal: {} }, 'ERR_OPTION', 'signal'],
]

for (const [name, source, options, code, subject] of refused) {
  test(`refuses ${name} with ${code}`, async () => {
    const error = await optimize(source, options).then(
      () => assert.fail('was accepted'),
      (reason) => reason,
    )
    assert.ok(error instanceof PixmillError, `${error}`)
    assert.equal(error.code, code)
    if (subject) assert.equal(error.subject, subject)
    assert.equal(error.message, `Expected ${error.expected} for ${error.subject} but received ${error.received}`)
    assert.match(error.stack, /api\.test\.js/)
  })
}

test('negotiates as Next does', () => {
  const formats = ['image/avif', 'image/webp']
  assert.equal(negotiate('image/avif,image/webp,*/*', formats), 'image/avif')
  assert.equal(negotiate('image/webp,image/avif;q=0.5', formats), 'image/webp')
  assert.equal(negotiate('image/*,*/*;q=0.8', formats), null)
  assert.equal(negotiate(undefined, formats), null)
  assert.equal(negotiate('image/webp', ['avif', 'webp']), 'webp')
})

test('an abort rejects with its reason, before and during the job', async () => {
  const reason = new Error('enough')
  await assert.rejects(optimize(picture, { signal: AbortSignal.abort(reason) }), reason)
  const controller = new AbortController()
  const running = optimize(makePng(1500, 1500), { format: 'avif', speed: 'small', signal: controller.signal })
  controller.abort(reason)
  await assert.rejects(running, reason)
})

test('a panic in a job rejects its promise and nothing else', async () => {
  const jobs = Array.from({ length: 12 }, (_, i) =>
    optimize(picture, { width: 16 + i, format: 'webp', ...(i === 5 ? { fault: 'panic' } : {}) }),
  )
  const results = await Promise.allSettled(jobs)
  assert.deepEqual(
    results.map(({ status }) => status),
    results.map((_, i) => (i === 5 ? 'rejected' : 'fulfilled')),
  )
  assert.equal(results[5].reason.code, 'ERR_INTERNAL')
  assert.match(results[5].reason.message, /panic/)
  assert.equal(stats().lentBytes, 0)
  await optimize(picture, { width: 16 })
})

test('a job that does not fit the memory is refused by name, or takes a cheaper way', async () => {
  configure({ memory: '4mb' })
  try {
    const large = makePng(2000, 2000)
    const { width } = await optimize(large, { width: 64, format: 'webp' }).catch((error) => {
      assert.equal(error.code, 'ERR_LIMIT')
      assert.equal(error.subject, 'memory')
      return { width: 64 }
    })
    assert.equal(width, 64)
    assert.ok(stats().peakLentBytes <= 256 << 20)
  } finally {
    configure({ memory: '256mb' })
  }
})

test('every thread after a job of each format is ours', {
  skip: process.platform !== 'linux' && 'reads /proc',
}, async () => {
  const names = () =>
    readdirSync('/proc/self/task').map((id) => readFileSync(`/proc/self/task/${id}/comm`, 'utf8').trim())
  const before = names().filter((name) => !name.startsWith('pixmill')).length
  configure({ threads: 2 })
  for (const format of ['avif', 'webp', 'jpeg', 'png']) await optimize(picture, { width: 100, format })
  const after = names()
  const workers = after.filter((name) => name.startsWith('pixmill-worke'))
  assert.ok(workers.length >= 1 && workers.length <= 2, after.join())
  assert.equal(after.filter((name) => !name.startsWith('pixmill')).length, before, after.join())
})

test('the configuration is checked', () => {
  for (const wrong of [{ memory: 'lots' }, { memory: -1 }, { threads: 0 }, { threads: 1.5 }, { threads: '2' }, 7]) {
    assert.throws(() => configure(wrong), { code: 'ERR_OPTION' }, JSON.stringify(wrong))
  }
})
