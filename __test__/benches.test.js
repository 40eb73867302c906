/** The benches of speed, quality and memory: their arithmetic, and that each runs over two small pictures and prints all its rows. No time is judged. */
import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { optimize } from 'pixmill'
import { listJobs, toKey } from '../benches/jobs.js'
import { createQuestions, writeSources } from '../benches/load/questions.js'
import { findFault } from '../benches/load/visitors.js'
import { mixJobs, mixSmall } from '../benches/memory/mix.js'
import { slopeOf } from '../benches/memory/slope.js'
import { bytesAt, extend, qualityAt } from '../benches/quality/curve.js'
import { makeFolder } from './cli-process.js'
import { makePng } from './pictures.js'

const root = join(import.meta.dirname, '..')
const run = promisify(execFile)

const bench = async (name, args) => {
  const { stdout } = await run(process.execPath, [join(root, 'benches', `${name}.js`), ...args], { cwd: root })
  return stdout
}

/** A photograph and a drawing, both 240 wide or more. */
async function makePictures(t) {
  const jpeg = await readFile(join(root, '__test__', 'fixtures', 'photo-baseline.jpg'))
  return makeFolder(t, { 'a.jpg': jpeg, 'b.png': makePng(240, 180) })
}

const SIZES = ['--widths', '64,128', '--formats', 'webp,jpeg,png']
/** Everything as WebP, and each as what it is. */
const GROUPS = ['jpeg -> jpeg', 'jpeg -> webp', 'png -> png', 'png -> webp'].flatMap((pair) =>
  [128, 64].map((width) => `${pair} ${width}`),
)
const hasScorer = spawnSync('cargo', ['--version']).status === 0
const isLinux = process.platform === 'linux'

const point = (quality, bytes, score) => ({ quality, bytes, score })

test('bytes at a score lie between those of the two qualities around it', () => {
  const curve = [point(70, 100, 60), point(80, 400, 70), point(75, 200, 65)]
  assert.equal(Math.round(bytesAt(curve, 65)), 200)
  assert.equal(Math.round(bytesAt(curve, 67.5)), 283)
  assert.equal(qualityAt(curve, 67.5), 78)
})

test('a score above the whole curve has no bytes; one below has the fewest that score more', () => {
  const curve = [point(70, 120, 90), point(75, 100, 91)]
  assert.equal(bytesAt(curve, 92), null)
  assert.equal(bytesAt(curve, 80), 100)
  assert.deepEqual([qualityAt(curve, 92), qualityAt(curve, 80)], [null, null])
})

test('a curve is measured until it spans the scores that are asked for, or no quality is left', async () => {
  const measure = async (quality) => point(quality, quality, quality)
  const spanning = [point(75, 75, 75)]
  await extend(spanning, [{ score: 68 }, { score: 81 }], measure)
  assert.deepEqual(
    spanning.map(({ quality }) => quality),
    [75, 70, 65, 80, 85],
  )
  const ending = [point(90, 90, 90)]
  await extend(ending, [{ score: 200 }], measure)
  assert.equal(ending.at(-1).quality, 100)
})

test('a picture is asked for as AVIF, WebP and what it is, and never wider than it is', () => {
  const pictures = [
    { path: 'a', format: 'jpeg', width: 700 },
    { path: 'b', format: 'png', width: 300 },
  ]
  const jobs = listJobs(pictures, { widths: [300, 640], formats: ['webp', 'jpeg', 'png'] })
  assert.deepEqual(
    jobs.map(({ picture, to, width }) => toKey({ path: picture.path, to, width })),
    ['webp 300 a', 'webp 300 b', 'webp 640 a', 'jpeg 300 a', 'jpeg 640 a', 'png 300 b'],
  )
  assert.throws(() => listJobs(pictures, { widths: [800], formats: ['webp'] }), /^Error: Expected a picture/)
})

test('the mixed jobs are the same each time, and meet every format', () => {
  const pictures = ['jpeg', 'png', 'gif'].map((format, index) => ({
    path: `${index}`,
    format,
    width: 500 * (index + 1),
  }))
  const jobs = mixJobs(pictures, 150)
  assert.deepEqual(jobs, mixJobs(pictures, 150))
  assert.deepEqual([...new Set(jobs.map(({ format }) => format))].sort(), ['avif', 'jpeg', 'png', 'webp'])
  assert.ok(jobs.every(({ path, width }) => width <= pictures[path].width))
})

test('the small jobs meet every format, from paths and from bytes', () => {
  const jobs = mixSmall([{ path: 'a' }, { path: 'b' }])
  assert.deepEqual([...new Set(jobs.map(({ format }) => format))].sort(), ['avif', 'jpeg', 'png', 'webp'])
  assert.deepEqual([...new Set(jobs.map(({ isRead }) => isRead))].sort(), [false, true])
})

test('the slope is that of the second half', () => {
  const course = Array.from({ length: 101 }, (_, at) => ({ done: at * 10, bytes: at < 50 ? at * 1e6 : 7e7 + at * 30 }))
  assert.equal(Math.round(slopeOf(course) * 1000), 3000)
  assert.equal(slopeOf(course.slice(0, 3)), null)
})

test('no two questions of a load are alike, neighbors differ in their sources, and every type is asked for', () => {
  const questions = createQuestions(['/a.jpg', '/b.jpg', '/c.jpg'])
  const all = Array.from({ length: questions.count }, (_, number) => questions.at(number))
  assert.equal(new Set(all.map((question) => JSON.stringify(question))).size, questions.count)
  assert.deepEqual([...new Set(all.map(({ accept }) => accept))].length, 3)
  assert.ok(all.every(({ name }, at) => at === 0 || name !== all[at - 1].name))
})

test('the sources of a load are copies that differ in their bytes and show the same', async (t) => {
  const jpeg = join(root, '__test__', 'fixtures', 'photo-baseline.jpg')
  const folder = await makeFolder(t, {})
  const names = writeSources(folder, [{ path: jpeg }])
  const files = await Promise.all(names.map((name) => readFile(join(folder, name))))
  assert.equal(new Set(files.map((file) => file.toString('latin1'))).size, names.length)
  const toPixels = (file) => optimize(file, { width: 64, format: 'png' })
  const original = await toPixels(await readFile(jpeg))
  const copies = await Promise.all(files.map(toPixels))
  for (const { data } of copies) assert.ok(data.equals(original.data))
})

test('an honest answer is a picture, or 503 with the time to come again', () => {
  const answer = (status, headers) => ({ status, headers: new Headers(headers) })
  assert.equal(findFault(answer(200, { 'content-type': 'image/webp' }), 9), null)
  assert.equal(findFault(answer(503, { 'retry-after': '1' }), 9), null)
  assert.equal(findFault(answer(200, { 'content-type': 'image/webp' }), 0), '200 without a picture')
  assert.equal(findFault(answer(503, {}), 9), '503 without Retry-After')
  assert.equal(findFault(answer(500, {}), 9), '500')
})

test('bench:speed prints a row for each group and each variant, and the same as JSON', async (t) => {
  const folder = await makePictures(t)
  const text = await bench('speed', [folder, ...SIZES, '--runs', '1'])
  for (const group of GROUPS) {
    assert.match(text, new RegExp(`^${group} +1( +[\\d.]+x| +-){5}`, 'm'))
    assert.match(text, new RegExp(`^${group}  [ab]\\.(jpg|png)( +[\\d.]+x| +-){4}( +[\\d.]+){4}`, 'm'))
  }
  const { groups, rows } = JSON.parse(await bench('speed', [folder, ...SIZES, '--runs', '1', '--json']))
  assert.deepEqual(groups.map(({ name }) => name).sort(), GROUPS)
  assert.equal(rows.length, GROUPS.length)
})

test('bench:quality prints a row for each group and each variant, in both lights; bench:speed takes its qualities', {
  skip: !hasScorer,
}, async (t) => {
  const folder = await makePictures(t)
  const scores = []
  for (const light of ['linear', 'gamma']) {
    const text = await bench('quality', [folder, ...SIZES, '--around', '75', '--light', light])
    for (const group of GROUPS) {
      assert.match(text, new RegExp(`^${group} +1( +[\\d.]+| +-){2}( +-?[\\d.]+){2} +[+-][\\d.]+`, 'm'))
      assert.match(text, new RegExp(`^${group}  [ab]\\.(jpg|png) .* [+-][\\d.]+( +lost)?$`, 'm'))
    }
    const json = await bench('quality', [folder, ...SIZES, '--around', '75', '--light', light, '--json'])
    scores.push(JSON.parse(json).rows.map(({ theirs }) => theirs.score))
    await writeFile(join(folder, 'qualities.json'), json)
  }
  assert.notDeepEqual(scores[0], scores[1])
  const file = join(folder, 'qualities.json')
  const { rows, isEqual } = JSON.parse(
    await bench('speed', [folder, ...SIZES, '--runs', '1', '--qualities', file, '--json']),
  )
  assert.ok(isEqual && rows.every(({ scoreAhead }) => Number.isFinite(scoreAhead)))
})

test('bench:memory prints idle, peak and settled for both, and leaves no job unmade', { skip: !isLinux }, async (t) => {
  const folder = await makePictures(t)
  const flags = [folder, '--no-large', '--jobs', '12', '--concurrency', '4', '--settle', '0']
  const text = await bench('memory', flags)
  for (const name of ['pixmill', 'sharp']) assert.match(text, new RegExp(`^${name}( +-?[\\d.]+){6} +12( +lost)?$`, 'm'))
})

test('bench:memory over small pictures prints how much each job left behind', { skip: !isLinux }, async () => {
  const text = await bench('memory', ['--small', '--jobs', '80', '--settle', '0', '--only', 'pixmill'])
  assert.match(text, /^pixmill( +-?[\d.]+){5} +[+-][\d.]+ +[\d.]+ +80$/m)
})

test('bench:memory in a group of 256 MB prints the same, or says why there is none', { skip: !isLinux }, async (t) => {
  const folder = await makePictures(t)
  const flags = [folder, '--no-large', '--jobs', '4', '--settle', '0', '--cgroup']
  assert.match(
    await bench('memory', flags),
    /^(skipped: no group of 256 MB|Resident memory .* in a group of 268\.4 MB)/,
  )
})
