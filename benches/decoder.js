// `npm run bench:decoder -- [folder] [--divisors 1,2,4,8] [--runs 5] [--json]`: processor time of the JPEG decoder alone, to planes, at the whole size and at a half, a
// quarter and an eighth, against libjpeg-turbo 3.1 (the crate `turbojpeg`) and against zune-jpeg, which decodes whole and so is told at the whole size only. In
// turns, picture by picture and run by run. Compiles the program in `benches/decoder`, once: that takes Rust, cmake and nasm (`apt-get install cmake nasm`).
// Prints the rows that we lose too; judges nothing.
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { describeMachine } from '../dist/cli/bench/machine.js'
import { root } from '../scripts/command.js'
import { geometricMean, groupBy, median } from './figures.js'
import { parseNumbers } from './jobs.js'
import { preparePictures } from './sources.js'
import { LOST, printHead, printTable, toTimes } from './table.js'

const FOLDER = join(import.meta.dirname, 'decoder')
const OURS = 'pixmill'
const OTHERS = ['libjpeg-turbo', 'zune-jpeg']
const NANOSECONDS = 1e6

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    divisors: { type: 'string', default: '1,2,4,8' },
    runs: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
  },
})

function build() {
  if (spawnSync('cmake', ['--version']).status !== 0)
    throw new Error('Expected cmake to compile libjpeg-turbo but received none')
  const target = join(root, 'target', 'decoder')
  const manifest = join(FOLDER, 'Cargo.toml')
  const args = ['build', '--release', '--locked', '--quiet', '--manifest-path', manifest, '--target-dir', target]
  const env = { ...process.env, TURBOJPEG_SOURCE: 'vendor', TURBOJPEG_STATIC: '1' }
  execFileSync('cargo', args, { stdio: ['ignore', 'inherit', 'inherit'], env })
  return join(target, 'release', 'pixmill-bench-decoder')
}

function startDecoders() {
  const child = spawn(build(), [], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    async time(decoder, divisor, path) {
      child.stdin.write(`${decoder} ${divisor} ${path}\n`)
      const { value, done } = await lines.next()
      if (done) throw new Error('the program of the decoders has ended')
      return /^\d+$/.test(value) ? { cpuMs: Number(value) / NANOSECONDS } : { error: value }
    },
    stop: () => child.stdin.end(),
  }
}

const readVersions = () => {
  const lock = readFileSync(join(FOLDER, 'Cargo.lock'), 'utf8')
  const names = ['turbojpeg', 'turbojpeg-sys', 'zune-jpeg']
  return Object.fromEntries(names.map((name) => [name, new RegExp(`name = "${name}"\nversion = "(.+)"`).exec(lock)[1]]))
}

const contendersAt = (divisor) => [OURS, ...OTHERS.filter((name) => divisor === 1 || name !== 'zune-jpeg')]

/** Whoever comes first finds another machine than whoever comes second. The first turn of all is no one's speed. */
async function runJob(decoders, { picture, divisor }, runs) {
  const contenders = contendersAt(divisor)
  const samples = Object.fromEntries(contenders.map((name) => [name, []]))
  for (let run = -1; run < runs; run++) {
    for (const name of run % 2 === 0 ? contenders : contenders.toReversed()) {
      const { cpuMs, error } = await decoders.time(name, divisor, picture.path)
      if (error) return { picture: picture.name, divisor, name, error }
      if (run >= 0) samples[name].push(cpuMs)
    }
  }
  const cpuMs = Object.fromEntries(Object.entries(samples).map(([name, times]) => [name, median(times)]))
  return { picture: picture.name, megapixels: (picture.width * picture.height) / 1e6, divisor, cpuMs }
}

/** A row for each picture, scale and other decoder; the ratio is ours by theirs, below 1 where we win. */
const toPairs = (results) =>
  results.flatMap(({ picture, megapixels, divisor, cpuMs, error }) =>
    error
      ? []
      : OTHERS.filter((name) => name in cpuMs).map((name) => ({
          picture,
          megapixels,
          against: name,
          divisor,
          ours: cpuMs[OURS],
          theirs: cpuMs[name],
          ratio: cpuMs[OURS] / cpuMs[name],
        })),
  )

const toGroupName = ({ against, divisor }) => `1/${divisor} ${against}`

const summarize = (pairs) =>
  groupBy(pairs, toGroupName).map(([name, members]) => ({
    name,
    count: members.length,
    ratio: geometricMean(members.map(({ ratio }) => ratio)),
    worst: Math.max(...members.map(({ ratio }) => ratio)),
    lost: members.filter(({ ratio }) => ratio > 1).length,
  }))

function print({ results, runs, versions }) {
  const pairs = toPairs(results)
  printHead(
    `The decoder alone, to planes, processor time of pixmill by the other's, median of ${runs} runs, one thread each`,
    versions,
  )
  printTable([
    ['', 'pictures', 'CPU', 'worst', LOST],
    ...summarize(pairs).map(({ name, count, ratio, worst, lost }) => [
      name,
      `${count}`,
      toTimes(ratio),
      toTimes(worst),
      lost > 0 ? `${lost}` : '',
    ]),
  ])
  console.log('\nThe same, picture by picture, worst first\n')
  printTable([
    ['', 'MP', 'CPU', 'ms', 'theirs', ''],
    ...pairs
      .toSorted((a, b) => b.ratio - a.ratio)
      .map((pair) => [
        `${toGroupName(pair)}  ${pair.picture}`,
        pair.megapixels.toFixed(1),
        toTimes(pair.ratio),
        pair.ours.toFixed(1),
        pair.theirs.toFixed(1),
        pair.ratio > 1 ? LOST : '',
      ]),
  ])
  for (const { picture, divisor, name, error } of results)
    if (error) console.log(`failed in ${name}: 1/${divisor} ${picture}: ${error}`)
}

async function main() {
  const divisors = parseNumbers('divisors', values.divisors)
  const [runs] = parseNumbers('runs', values.runs)
  const pictures = (await preparePictures(positionals[0])).filter(({ format }) => format === 'jpeg')
  const jobs = divisors.flatMap((divisor) => pictures.map((picture) => ({ picture, divisor })))
  const decoders = startDecoders()
  const results = []
  for (const [index, job] of jobs.entries()) {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${index + 1} of ${jobs.length}: ${job.picture.name}`)
    results.push(await runJob(decoders, job, runs))
  }
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
  decoders.stop()
  const report = { results, runs, versions: readVersions() }
  if (values.json) {
    const pairs = toPairs(results)
    const date = new Date().toISOString()
    console.log(
      JSON.stringify({ date, machine: describeMachine(), ...report, groups: summarize(pairs), rows: pairs }, null, 2),
    )
  } else print(report)
}

await main()
