// Many variants of one source from one decode, through the boundary: the same bytes, one permit, placeholders, refusals.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Engine, probe, sniff } from '../dist/native.js'
import { makePng } from './pictures.js'

const folder = mkdtempSync(join(tmpdir(), 'pixmill-variants-'))
after(() => rmSync(folder, { recursive: true }))

const engine = new Engine({ memory: 256 * 2 ** 20, threads: 2 })
const picture = makePng(320, 200)
const fixture = (name) => new URL(`fixtures/${name}`, import.meta.url).pathname

const assertAlike = async (source, variants, on = engine) => {
  const made = await on.optimizeAll(source, { variants })
  assert.equal(made.variants.length, variants.length)
  for (const [at, options] of variants.entries()) {
    const alone = await on.optimize(source, options)
    const { data, format, width, height } = made.variants[at]
    assert.deepEqual([format, width, height], [alone.format, alone.width, alone.height])
    assert.ok(data.equals(alone.data), JSON.stringify(options))
  }
  return made
}

test('each variant has the bytes that optimize gives, in the order asked for', async () => {
  const made = await assertAlike(picture, [
    { width: 64, format: 'webp' },
    { width: 160, format: 'avif', speed: 'fast' },
    { width: 100, height: 100, fit: 'cover', format: 'jpeg', quality: 60 },
    { width: 4000, format: 'png' },
    {},
  ])
  assert.deepEqual([made.width, made.height, made.placeholder], [320, 200, null])
})

test('a turned JPEG with a profile, ink and alpha are what they are alone', async () => {
  for (const name of ['exif-6.jpg', 'photo-cmyk.jpg', 'palette-alpha.png', 'alpha-lossy.webp']) {
    await assertAlike(fixture(name), [{ width: 24, format: 'webp' }, { format: 'jpeg' }, { width: 48, format: 'png' }])
  }
})

test('the size of the source is upright', async () => {
  const { width, height } = await engine.placeholder(fixture('exif-6.jpg'))
  const stored = probe(fixture('exif-6.jpg'))
  assert.deepEqual([width, height], [stored.height, stored.width])
})

test('widths above the natural one are encoded once and are one object', async () => {
  const { variants } = await engine.optimizeAll(picture, {
    variants: [64, 320, 640, 1920].map((width) => ({ width, format: 'webp' })),
  })
  assert.deepEqual(
    variants.map(({ width }) => width),
    [64, 320, 320, 320],
  )
  assert.ok(variants[1] === variants[2] && variants[2] === variants[3])
})

test('a path and bytes under a permit give the same', async () => {
  const path = join(folder, 'picture.png')
  writeFileSync(path, picture)
  const options = { variants: [{ width: 64, format: 'webp' }], placeholder: true }
  const permit = await engine.reserve(picture.length)
  const [one, other] = [await engine.optimizeAll(path, options), await engine.optimizeAll(picture, options, permit)]
  permit.release()
  assert.ok(one.variants[0].data.equals(other.variants[0].data))
  assert.deepEqual(one.placeholder, other.placeholder)
  assert.equal(engine.stats().lentBytes, 0)
})

test('a placeholder is a few pixels, a hash and a color, with variants and without', async () => {
  const source = readFileSync(fixture('photo-baseline.jpg'))
  const { placeholder, width, height } = await engine.optimizeAll(source, {
    variants: [{ width: 16 }],
    placeholder: true,
  })
  assert.deepEqual(await engine.placeholder(source), { width, height, ...placeholder })
  const [head, blur] = placeholder.blurDataURL.split(',')
  assert.equal(head, 'data:image/webp;base64')
  assert.equal(sniff(Buffer.from(blur, 'base64')).format, 'webp')
  assert.equal(Math.max(probe(Buffer.from(blur, 'base64')).width, probe(Buffer.from(blur, 'base64')).height), 8)
  assert.ok(placeholder.blurDataURL.length < 300)
  assert.match(placeholder.thumbhash, /^[A-Za-z0-9+/]{20,}={0,2}$/)
  assert.match(placeholder.color, /^#[0-9a-f]{6}$/)
})

test('12 megapixels and eight widths stay within 64 MB, and are what they are alone', async () => {
  const small = new Engine({ memory: 64 * 2 ** 20, threads: 1 })
  const source = await large()
  const widths = [3840, 2048, 1920, 1200, 1080, 828, 750, 640]
  const toVariants = (list, format) => list.map((width) => ({ width, format }))
  await assertAlike(source, toVariants(widths, 'webp'), small)
  // What our JPEG encoder keeps of a picture is more than libwebp does.
  await assertAlike(source, toVariants(widths.slice(2), 'jpeg'), small)
  await assert.rejects(small.optimizeAll(source, { variants: toVariants(widths, 'avif') }), {
    code: 'ERR_LIMIT',
  })
  const { peakLentBytes, lentBytes } = small.stats()
  assert.ok(peakLentBytes <= 64 * 2 ** 20)
  assert.equal(lentBytes, 0)
})

/** A JPEG of 12 MP, made by ours: here it is only a source. */
async function large() {
  const pixels = makePng(4000, 3000, (x, y) => [(x * 255) / 4000, (y * 255) / 3000, (x ^ y) & 127])
  return (await new Engine({ memory: 2 ** 30 }).optimize(pixels, { format: 'jpeg' })).data
}

test('an aborted batch rejects with the reason and lends nothing', async () => {
  const controller = new AbortController()
  const variants = Array.from({ length: 40 }, (_, at) => ({ width: 100 + at, format: 'avif' }))
  const promise = engine.optimizeAll(picture, { variants, signal: controller.signal })
  controller.abort(new Error('enough'))
  await assert.rejects(promise, /enough/)
  await assert.rejects(engine.placeholder(picture, { signal: AbortSignal.abort(new Error('before')) }), /before/)
  while (engine.stats().running > 0) await new Promise(setImmediate)
  assert.equal(engine.stats().lentBytes, 0)
})

const refused = [
  [{ variants: [{}, { width: -1 }] }, 'Expected an integer from 1 to 16384 for variants[1].width but received -1'],
  [{ variants: [{ width: '64' }] }, /^Expected a number for variants\[0\]\.width but received '?"?64/],
  [{ variants: [{}, {}, { format: 'bmp' }] }, /for variants\[2\]\.format but received "bmp"$/],
  [{ variants: [{ quality: 0 }] }, 'Expected an integer from 1 to 100 for variants[0].quality but received 0'],
  [{ variants: [{ fit: 1 }] }, /^Expected a string for variants\[0\]\.fit/],
  [{ variants: [null] }, /^Expected an object for variants\[0\]/],
  [{ variants: {} }, /^Expected an array for variants/],
  [{ variants: [], placeholder: 1 }, /^Expected true or false for placeholder/],
  [undefined, /^Expected an object for options/],
]

for (const [options, message] of refused) {
  test(`refuses ${JSON.stringify(options)} by name, with the caller's stack`, async () => {
    await assert.rejects(engine.optimizeAll(picture, options), (error) => {
      assert.deepEqual([error.name, error.code], ['PixmillError', 'ERR_OPTION'])
      if (typeof message === 'string') assert.equal(error.message, message)
      else assert.match(error.message, message)
      assert.match(error.stack, /variants\.test\.js/)
      return true
    })
  })
}

test('one that fails fails all, and the engine goes on', async () => {
  const damaged = picture.subarray(0, picture.length >> 1)
  await assert.rejects(engine.optimizeAll(damaged, { variants: [{ width: 10 }], placeholder: true }), {
    code: 'ERR_INPUT',
  })
  await assert.rejects(engine.optimizeAll(picture, { variants: [{}, { fault: 'panic' }] }), { code: 'ERR_INTERNAL' })
  await assert.rejects(engine.placeholder(Buffer.from('<svg/>')), { code: 'ERR_UNSUPPORTED' })
  assert.equal((await engine.optimizeAll(picture, { variants: [{ width: 10 }] })).variants.length, 1)
})
