/** `pixmill bench`: the arithmetic of its rows, and a run over two pictures. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { median, summarize } from '../dist/cli/bench/summary.js'
import { formatReport } from '../dist/cli/bench/table.js'
import { makeFolder, runCli } from './cli-process.js'
import { makePng } from './pictures.js'

const sample = (engine, path, cpuMs, { bytes = 1, peakBytes = 1, run = 0, format = 'webp', width = 640 } = {}) => ({
  engine,
  path,
  format,
  width,
  quality: 75,
  run,
  cpuMs,
  wallMs: cpuMs,
  bytes,
  peakBytes,
})

test('the median of an even number is between the two in the middle', () => {
  assert.equal(median([]), null)
  assert.equal(median([3, 1, 2]), 2)
  assert.equal(median([4, 1, 3, 2]), 2.5)
})

test('a row has medians over pictures of medians over runs, and a sum adds the pictures up', () => {
  const samples = [
    sample('pixmill', 'a', 10, { run: 0 }),
    sample('pixmill', 'a', 30, { run: 1 }),
    sample('pixmill', 'a', 20, { run: 2, peakBytes: 9 }),
    sample('sharp', 'a', 40, { peakBytes: 5 }),
    sample('pixmill', 'b', 300, { peakBytes: 3 }),
    sample('sharp', 'b', 100, { peakBytes: 2 }),
  ]
  const { rows, totals } = summarize({ samples, failures: [] }, ['pixmill', 'sharp'])
  assert.equal(rows.length, 1)
  assert.deepEqual(rows[0].cpuMs, { pixmill: 160, sharp: 70, ratio: 1.75 })
  assert.deepEqual(rows[0].peakBytes, { pixmill: 3, sharp: 5, ratio: 0.6 })
  assert.equal(totals.length, 1)
  assert.deepEqual(totals[0].cpuMs, { pixmill: 320, sharp: 140, ratio: 320 / 140 })
})

test('what one engine could not make counts for neither', () => {
  const samples = [sample('pixmill', 'a', 10), sample('sharp', 'a', 20), sample('sharp', 'b', 1000)]
  const { rows } = summarize({ samples, failures: [] }, ['pixmill', 'sharp'])
  assert.equal(rows[0].variants, 1)
  assert.deepEqual(rows[0].cpuMs, { pixmill: 10, sharp: 20, ratio: 0.5 })
  assert.equal(summarize({ samples: [samples[2]], failures: [] }, ['pixmill', 'sharp']).rows[0].cpuMs.sharp, null)
})

test('two pictures give a row for each format and width, in the terminal and as JSON', async (t) => {
  const folder = await makeFolder(t, {
    'in/a.png': makePng(320, 240),
    'in/deep/b.png': makePng(200, 300),
    'in/cut.png': makePng(320, 240).subarray(0, 400),
    'in/icon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
    'in/text.png': 'no picture',
  })
  const json = join(folder, 'report.json')
  const { code, stdout, stderr } = await runCli(
    ['bench', 'in', '--widths', '64,128', '--formats', 'webp,jpeg', '--runs', '2', '--json', json],
    {
      cwd: folder,
    },
  )
  assert.deepEqual([code, stderr], [0, ''])
  for (const line of stdout.split('\n')) assert.ok(line.length <= 100 || /^(failed|skipped)/.test(line), line)
  const report = JSON.parse(await readFile(json, 'utf8'))
  assert.equal(formatReport(report), stdout)
  assert.deepEqual(
    report.rows.map(({ format, width, variants }) => [format, width, variants]),
    [
      ['webp', 64, 2],
      ['webp', 128, 2],
      ['jpeg', 64, 2],
      ['jpeg', 128, 2],
    ],
  )
  for (const row of report.rows) {
    assert.match(stdout, new RegExp(`^${row.format} +${row.width}( +[\\d.]+){12}$`, 'm'))
    for (const measure of ['cpuMs', 'wallMs', 'bytes', 'peakBytes']) {
      assert.ok(row[measure].pixmill > 0 && row[measure].sharp > 0, `${measure} of ${row.format} ${row.width}`)
    }
  }
  assert.match(stdout, /^sharp: 0\.\d+\.\d+, vips .* called as Next\.js 16\.4 calls it$/m)
  assert.deepEqual(
    report.pictures.map(({ path }) => path),
    [join('in', 'a.png'), join('in', 'cut.png'), join('in', 'deep', 'b.png')],
  )
  for (const engine of ['pixmill', 'sharp']) {
    assert.match(
      stdout,
      new RegExp(`^failed in ${engine}: in.cut\\.png: .+ \\(webp 64, webp 128, jpeg 64, jpeg 128\\)$`, 'm'),
    )
  }
  assert.match(stdout, /^skipped: in.icon\.svg: svg, which Next\.js does not optimize$/m)
  assert.match(stdout, /^skipped: in.text\.png: no picture by its first bytes$/m)
  // 2 pictures x 2 formats x 2 widths x 2 runs x 2 engines; the engines take turns, and who begins changes.
  assert.equal(report.samples.length, 32)
  assert.deepEqual(
    report.samples.slice(0, 4).map(({ engine }) => engine),
    ['pixmill', 'sharp', 'sharp', 'pixmill'],
  )
})

test('with --json - the standard output is JSON alone', async (t) => {
  const folder = await makeFolder(t, { 'a.png': makePng(64, 64) })
  const { code, stdout, stderr } = await runCli(
    ['bench', 'a.png', '--widths', '32', '--formats', 'webp', '--runs', '1', '--json', '-'],
    { cwd: folder },
  )
  assert.equal(code, 0)
  assert.equal(stderr, formatReport(JSON.parse(stdout)))
})

test('without sharp pixmill stands alone, and a line says so', async (t) => {
  const hide = `const { createRequire } = require('node:module')
const Module = require('node:module')
const resolve = Module._resolveFilename
Module._resolveFilename = function (name, ...rest) {
  if (name === 'sharp') throw Object.assign(new Error('hidden'), { code: 'MODULE_NOT_FOUND' })
  return resolve.call(this, name, ...rest)
}
`
  const folder = await makeFolder(t, { 'a.png': makePng(64, 64), 'hide.cjs': hide })
  const env = { NODE_OPTIONS: `--require ${join(folder, 'hide.cjs')}` }
  const { code, stdout } = await runCli(['bench', 'a.png', '--widths', '32', '--formats', 'webp', '--runs', '1'], {
    cwd: folder,
    env,
  })
  assert.equal(code, 0)
  assert.match(stdout, /^sharp: not installed here/m)
  assert.match(stdout, /^webp +32( +[\d.]+){4}$/m)
})

test('a folder without pictures is refused', async (t) => {
  const folder = await makeFolder(t, { 'in/icon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>' })
  const { code, stderr } = await runCli(['bench', join(folder, 'in')])
  assert.equal(code, 2)
  assert.match(stderr, /Expected a picture that Next\.js optimizes for pixmill bench/)
})
