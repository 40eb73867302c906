// Which encoder makes AVIF, and what comes of each: SVT-AV1 where its library is, ravif without it, with another file in its place, and for what SVT-AV1
// does not take. A real decoder looks at the results. The choice is one for a process, so each case has one of its own.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { createMetrics } from '../dist/http/metrics.js'
import { createOptimizer } from '../dist/optimizer/index.js'
import { LIBRARIES } from '../scripts/avif-encoders.js'
import { gradient, makePng } from './pictures.js'

const root = new URL('..', import.meta.url).pathname
const isThere = ({ file }) => existsSync(join(root, file))
const absent = isThere(LIBRARIES.svtAv1) ? false : 'SVT-AV1 is not beside the addon'
const noLibaom = isThere(LIBRARIES.libaom) ? false : 'libaom is not beside the addon'
/** The limit is one of a user, and does not hold for root. */
const mayNotLimit = process.getuid?.() === 0 ? false : 'only root may become somebody else'
const folder = mkdtempSync(join(tmpdir(), 'pixmill-avif-'))
after(() => rmSync(folder, { recursive: true }))

/** Runs in a process of its own: encodes `[source, options]` pairs and says who did it. */
const PROGRAM = `
import { Engine } from ${JSON.stringify(join(root, 'dist/native.js'))}
import { readdirSync } from 'node:fs'
const jobs = JSON.parse(process.argv[1])
const engine = new Engine({ threads: 2, memory: 1 << 30 })
const made = []
for (const [source, options] of jobs) {
  const { data, width, height } = await engine.optimize(source, { format: 'avif', ...options })
  made.push({ data: data.toString('base64'), width, height })
}
const { avifEncoder, svtAv1Fault = null, avifGraphicsEncoder, libaomFault = null } = engine.stats()
const threads = readdirSync('/proc/self/task').length
console.log(JSON.stringify({ made, avifEncoder, svtAv1Fault, avifGraphicsEncoder, libaomFault, threads }))
`

/** What `PIXMILL_SVT_AV1` and `PIXMILL_LIBAOM` say; undefined for what is found by itself. */
async function encode(jobs, svtAv1, libaom) {
  const { PIXMILL_SVT_AV1: _, PIXMILL_LIBAOM: __, ...rest } = process.env
  const named = { PIXMILL_SVT_AV1: svtAv1, PIXMILL_LIBAOM: libaom }
  const env = { ...rest, ...Object.fromEntries(Object.entries(named).filter(([, file]) => file !== undefined)) }
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', PROGRAM, JSON.stringify(jobs)],
    { env, maxBuffer: 256 << 20 },
  )
  const { made, ...told } = JSON.parse(stdout)
  return { ...told, made: made.map(({ data, ...size }) => ({ ...size, data: Buffer.from(data, 'base64') })) }
}

function save(name, data) {
  const path = join(folder, name)
  writeFileSync(path, data)
  return path
}

const pixelsOf = async (data) =>
  sharp(data).toColorspace('srgb').raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true })

/** The mean difference of two pictures, in 8 bits. */
async function differenceOf(data, reference) {
  const [found, wanted] = [await pixelsOf(data), await pixelsOf(reference)]
  assert.deepEqual([found.info.width, found.info.height], [wanted.info.width, wanted.info.height])
  const channels = Math.min(found.info.channels, wanted.info.channels)
  let sum = 0
  const count = found.info.width * found.info.height
  for (let at = 0; at < count; at++) {
    for (let channel = 0; channel < channels; channel++) {
      sum += Math.abs(found.data[at * found.info.channels + channel] - wanted.data[at * wanted.info.channels + channel])
    }
  }
  return sum / count / channels
}

const textured = makePng(320, 200)
const jpeg = (options = {}) =>
  sharp(textured)
    .jpeg({ quality: 95, ...options })
    .toBuffer()

describe('without SVT-AV1 and libaom', () => {
  const cases = {
    'a file that is not there': '/nowhere/libSvtAv1Enc.so.4',
    'a text': save('text.so', 'SVT-AV1'),
    'another library': join(
      root,
      readdirSync(root).find((name) => name.endsWith('.node')),
    ),
    'switched off': '',
  }
  for (const [name, file] of Object.entries(cases)) {
    test(`${name}: ravif encodes, and the reason is said`, async () => {
      const source = save('rgb.jpg', await jpeg())
      const { made, avifEncoder, svtAv1Fault, libaomFault, threads } = await encode(
        [[source, { width: 160 }]],
        file,
        file,
      )
      assert.match(avifEncoder, /^ravif \d+\.\d+\.\d+$/)
      for (const fault of [svtAv1Fault, libaomFault]) assert.ok(fault.includes(file) || file === '', fault)
      assert.ok(threads < 30, `${threads} threads`)
      assert.equal((await sharp(made[0].data).metadata()).width, 160)
    })
  }

  test('a file that was named and is not used is a warning', async () => {
    const lines = []
    const write = process.stderr.write
    process.stderr.write = (text) => lines.push(String(text)) > 0
    const optimizer = createOptimizer(
      { root: folder, images: {} },
      { PIXMILL_SVT_AV1: '/nowhere/libSvtAv1Enc.so.4', PIXMILL_LIBAOM: '/nowhere/libaom.so.3' },
    )
    try {
      optimizer.start()
      const { avifEncoder, avifGraphicsEncoder } = optimizer.stats().engine
      assert.match(avifEncoder, /^ravif /)
      const { body } = await createMetrics(optimizer).text()
      assert.ok(
        body.includes(`pixmill_avif_encoder_info{encoder="${avifEncoder}",graphics="${avifGraphicsEncoder}"} 1`),
        body,
      )
    } finally {
      process.stderr.write = write
      await optimizer.close()
    }
    for (const text of ['AVIF is made by ravif', 'AVIF of graphics is made by ravif'])
      assert.ok(
        lines.some((line) => line.includes(text) && line.includes('/nowhere/')),
        lines.join(''),
      )
  })
})

describe('with libaom', { skip: noLibaom }, () => {
  const letters = makePng(320, 200, (x, y) => (x % 16 < 3 && y % 24 < 14 ? [180, 20, 40] : [250, 250, 245]))

  test('a drawing has its size, all its colors, and one thread', async () => {
    const { made, avifGraphicsEncoder, libaomFault, threads } = await encode([[save('letters.png', letters), {}]], '')
    assert.match(avifGraphicsEncoder, /^libaom 3\.\d+\.\d+/)
    assert.equal(libaomFault, null)
    assert.ok(threads < 30, `${threads} threads`)
    const { width, height, hasAlpha } = await sharp(made[0].data).metadata()
    assert.deepEqual({ width, height, hasAlpha }, { width: 320, height: 200, hasAlpha: false })
    const difference = await differenceOf(made[0].data, letters)
    assert.ok(difference < 3, `${difference}`)
  })

  test('odd sizes and small ones, gray, color and transparent, decode to their size and look', async () => {
    const [jobs, references] = [[], []]
    for (const [width, height] of [
      [1, 1],
      [2, 3],
      [17, 33],
      [64, 63],
      [331, 5],
      [129, 127],
    ]) {
      const color = gradient(width, height)
      for (const [kind, picture] of Object.entries({
        color: makePng(width, height, color),
        gray: makePng(width, height, (x, y) => Array(3).fill(color(x, y)[0])),
        alpha: makePng(width, height, (x, y) => [...color(x, y), Math.min(255, 1 + x * 2)]),
      })) {
        jobs.push([save(`${kind}-${width}x${height}.png`, picture), { quality: 95 }])
        references.push(picture)
      }
    }
    const { made } = await encode(jobs, '')
    for (const [at, { data }] of made.entries()) {
      const difference = await differenceOf(data, references[at])
      assert.ok(difference < 5, `${jobs[at][0]}: ${difference}`)
    }
  })

  test('encoding leaves no thread and no memory behind', { skip: process.platform !== 'linux' }, async () => {
    const program = `
      import { Engine } from ${JSON.stringify(join(root, 'dist/native.js'))}
      import { readFileSync, readdirSync } from 'node:fs'
      const engine = new Engine({ threads: 1, memory: 256 << 20 })
      const source = readFileSync(process.argv[1])
      const look = () => ({ threads: readdirSync('/proc/self/task').length, rss: process.memoryUsage().rss })
      const run = async (count) => { for (let at = 0; at < count; at++) await engine.optimize(source, { format: 'avif' }) }
      await run(30)
      const before = look()
      await run(100)
      console.log(JSON.stringify({ before, after: look() }))`
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--input-type=module',
      '--eval',
      program,
      save('again.png', letters),
    ])
    const { before, after: later } = JSON.parse(stdout)
    assert.ok(later.threads <= before.threads, `${before.threads} threads, then ${later.threads}`)
    assert.ok(later.rss - before.rss < 24 << 20, `${before.rss} bytes, then ${later.rss}`)
  })
})

describe('with SVT-AV1', { skip: absent }, () => {
  test('a photograph by planes and by pixels has its size, 10 bits and its colors', async () => {
    const sources = [save('planes.jpg', await jpeg()), save('pixels.png', textured)]
    const { made, avifEncoder, svtAv1Fault } = await encode(sources.map((source) => [source, { quality: 95 }]))
    assert.match(avifEncoder, /^SVT-AV1 4\.\d+\.\d+/)
    assert.equal(svtAv1Fault, null)
    for (const { data } of made) {
      const { width, height, bitsPerSample, hasAlpha } = await sharp(data).metadata()
      assert.deepEqual(
        { width, height, bitsPerSample, hasAlpha },
        { width: 320, height: 200, bitsPerSample: 10, hasAlpha: false },
      )
      const difference = await differenceOf(data, textured)
      assert.ok(difference < 3, `${difference}`)
    }
  })

  test('white, black and the primaries stay what they are', async () => {
    const colors = [
      [255, 255, 255],
      [0, 0, 0],
      [255, 0, 0],
      [0, 255, 0],
      [0, 0, 255],
      [128, 128, 128],
    ]
    const jobs = []
    for (const [at, color] of colors.entries()) {
      const flat = makePng(96, 80, () => color)
      jobs.push([save(`flat-${at}.jpg`, await sharp(flat).jpeg({ quality: 100 }).toBuffer()), { quality: 90 }])
    }
    const { made } = await encode(jobs)
    for (const [at, { data }] of made.entries()) {
      const { data: pixels } = await pixelsOf(data)
      const worst = Math.max(...colors[at].map((value, channel) => Math.abs(pixels[channel] - value)))
      assert.ok(worst <= 3, `${colors[at]}: ${pixels.subarray(0, 3).join()}`)
    }
  })

  test('odd sizes and small ones, gray and color, decode to their size and look', async () => {
    const sizes = [
      [1, 1],
      [2, 3],
      [17, 33],
      [63, 64],
      [64, 63],
      [65, 67],
      [64, 200],
      [331, 65],
      [127, 129],
    ]
    const jobs = []
    const references = []
    for (const [width, height] of sizes) {
      const png = makePng(width, height)
      for (const isGray of [false, true]) {
        const picture = isGray ? sharp(png).toColorspace('b-w') : sharp(png)
        const data = await picture.jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer()
        references.push(data)
        jobs.push([save(`${width}x${height}-${isGray}.jpg`, data), { quality: 90 }])
      }
    }
    const { made } = await encode(jobs)
    for (const [at, { data }] of made.entries()) {
      const [width, height] = sizes[at >> 1]
      const difference = await differenceOf(data, references[at])
      // Of a handful of pixels, halved colors leave little.
      assert.ok(difference < (width * height < 100 ? 40 : 6), `${width}x${height}: ${difference}`)
    }
  })

  test('several at once make what each makes alone', async () => {
    const program = `
      import { Engine } from ${JSON.stringify(join(root, 'dist/native.js'))}
      import { readFileSync } from 'node:fs'
      const engine = new Engine({ threads: 6, memory: 1 << 30 })
      const source = readFileSync(process.argv[1])
      const widths = Array.from({ length: 60 }, (_, at) => 64 + at * 4)
      const make = async (width) => (await engine.optimize(source, { width, format: 'avif' })).data
      const together = await Promise.all(widths.map(make))
      for (const [at, width] of widths.entries()) if (!together[at].equals(await make(width))) throw new Error(String(width))`
    await promisify(execFile)(process.execPath, [
      '--input-type=module',
      '--eval',
      program,
      save('many.jpg', await jpeg()),
    ])
  })

  test('a turned picture stands upright', async () => {
    const source = await sharp(textured).withMetadata({ orientation: 6 }).jpeg({ quality: 95 }).toBuffer()
    const { made } = await encode([[save('turned.jpg', source), { quality: 90 }]])
    const upright = await sharp(source).autoOrient().png().toBuffer()
    assert.deepEqual([made[0].width, made[0].height], [200, 320])
    assert.ok((await differenceOf(made[0].data, upright)) < 4)
  })

  test('transparency is kept', async () => {
    const color = gradient(200, 120)
    const source = makePng(200, 120, (x, y) => [...color(x, y), x])
    const { made } = await encode([[save('alpha.png', source), { quality: 90 }]])
    const { data, info } = await sharp(made[0].data).raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true })
    assert.equal(info.channels, 4)
    assert.ok([10, 100, 190].every((x) => Math.abs(data[(60 * 200 + x) * 4 + 3] - x) < 12))
  })

  test('a wide gamut becomes what WebP makes of it', async () => {
    const source = await sharp(makePng(160, 100, () => [250, 60, 40]))
      .withIccProfile('p3')
      .jpeg({ quality: 95 })
      .toBuffer()
    const path = save('p3.jpg', source)
    const { made } = await encode([
      [path, { quality: 90 }],
      [path, { quality: 90, format: 'webp' }],
    ])
    assert.ok((await differenceOf(made[0].data, made[1].data)) < 4)
  })

  test('encoding leaves no thread and no memory behind', { skip: process.platform !== 'linux' }, async () => {
    const program = `
      import { Engine } from ${JSON.stringify(join(root, 'dist/native.js'))}
      import { readFileSync, readdirSync } from 'node:fs'
      const engine = new Engine({ threads: 1, memory: 256 << 20 })
      const source = readFileSync(process.argv[1])
      const look = () => ({ threads: readdirSync('/proc/self/task').length, rss: process.memoryUsage().rss })
      const run = async (count) => { for (let at = 0; at < count; at++) await engine.optimize(source, { width: 200, format: 'avif', speed: 'fast' }) }
      await run(30)
      const before = look()
      await run(Number(process.argv[2]))
      console.log(JSON.stringify({ before, after: look() }))`
    const runs = Number(process.env.PIXMILL_AVIF_RUNS ?? 60)
    const source = save('again.jpg', await jpeg())
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--input-type=module',
      '--eval',
      program,
      source,
      String(runs),
    ])
    const { before, after: later } = JSON.parse(stdout)
    console.log(
      `${runs} encodes: RSS ${before.rss >> 10} KiB, then ${later.rss >> 10} KiB; threads ${before.threads}, then ${later.threads}`,
    )
    assert.ok(later.threads <= before.threads, `${before.threads} threads, then ${later.threads}`)
    assert.ok(later.rss - before.rss < 24 << 20, `${before.rss} bytes, then ${later.rss}`)
  })

  test('the thread that encodes stays an ordinary one', { skip: process.platform !== 'linux' }, async () => {
    const program = `
      import { Engine } from ${JSON.stringify(join(root, 'dist/native.js'))}
      import { readFileSync, readdirSync } from 'node:fs'
      const engine = new Engine({ threads: 1, memory: 256 << 20 })
      const source = readFileSync(process.argv[1])
      await engine.optimize(source, { format: 'avif' })
      // The 39th field after the name is the policy, 0 that of ordinary threads.
      const policyOf = (task) => readFileSync('/proc/self/task/' + task + '/stat', 'latin1').split(') ').at(-1).split(' ')[38]
      console.log([...new Set(readdirSync('/proc/self/task').map(policyOf))].join())`
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--input-type=module',
      '--eval',
      program,
      save('rt.jpg', await jpeg()),
    ])
    assert.equal(stdout.trim(), '0')
  })
})

test('where threads are short, another encoder steps in', { skip: absent || mayNotLimit }, async () => {
  chmodSync(folder, 0o755)
  const jobs = JSON.stringify([[save('short.jpg', await jpeg()), { width: 160 }]])
  // Enough for Node.js and a worker, not for sixteen more.
  const { stdout } = await promisify(execFile)(
    'bash',
    ['-c', 'ulimit -u 22 && exec "$0" "$@"', process.execPath, '--input-type=module', '--eval', PROGRAM, jobs],
    { uid: 61_234, maxBuffer: 1 << 20 },
  )
  const { made, avifEncoder } = JSON.parse(stdout)
  assert.match(avifEncoder, /^SVT-AV1 /)
  const { width, bitsPerSample } = await sharp(Buffer.from(made[0].data, 'base64')).metadata()
  assert.deepEqual({ width, bitsPerSample }, { width: 160, bitsPerSample: 8 })
})

test('the libraries carry their licences', () => {
  const { files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  for (const [{ file, licence }, terms] of [
    [LIBRARIES.svtAv1, 'BSD 3-Clause Clear License'],
    [LIBRARIES.libaom, 'Redistribution and use in source and binary forms'],
  ]) {
    const text = readFileSync(join(root, licence), 'utf8')
    for (const part of [terms, 'Alliance for Open Media Patent License 1.0']) assert.ok(text.includes(part), part)
    for (const name of [file, licence]) assert.ok(files.includes(name), name)
  }
})
