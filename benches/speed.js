// `npm run bench:speed -- [folder] [--widths 384,640,1080,1920] [--formats webp,jpeg,avif,png] [--runs 5] [--qualities file] [--speed balanced] [--oximg] [--json]`: processor
// time and wall time of each variant: pixmill's `optimize` with one thread, sharp as Next.js 16.4 calls it with one thread and, where asked for, oximg.
// In turns, job by job and run by run, each in a process of its own. With `--qualities`, what `bench:quality -- --json` printed, pixmill
// works at the quality that scores like Next's 75. Prints the rows that we lose too; judges nothing.
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { listJobs, parseFormats, parseNumbers, parseSpeed, QUALITY, toKey } from './jobs.js'
import { preparePictures } from './sources.js'
import { startContender } from './speed/contender.js'
import { startOximg } from './speed/oximg.js'
import { printReport } from './speed/report.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    widths: { type: 'string', default: '384,640,1080,1920' },
    formats: { type: 'string', default: 'webp,jpeg,avif,png' },
    runs: { type: 'string', default: '5' },
    qualities: { type: 'string' },
    speed: { type: 'string', default: 'balanced' },
    oximg: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})

/** By job: the quality of pixmill that scores like Next's, and how far ahead its score is at the same quality. */
function readQualities(file) {
  if (file === undefined) return new Map()
  const { rows } = JSON.parse(readFileSync(file, 'utf8'))
  return new Map(
    rows.map((row) => [toKey(row), { quality: row.quality ?? QUALITY, scoreAhead: row.ours.score - row.theirs.score }]),
  )
}

/** Whoever comes first finds another machine than whoever comes second. The first turn of all is no one's speed. */
async function runJob(contenders, { picture, from, to, width }, { runs, quality, scoreAhead }) {
  const samples = Object.fromEntries(contenders.map(({ name }) => [name, []]))
  const failures = {}
  for (let run = -1; run < runs; run++) {
    for (const contender of run % 2 === 0 ? contenders : contenders.toReversed()) {
      const own = contender.name === 'pixmill' ? quality : QUALITY
      const result = await contender.perform({ path: picture.path, format: to, width, quality: own })
      if (result.error) failures[contender.name] = result.error
      else if (run >= 0) samples[contender.name].push(result)
    }
  }
  return { picture: picture.name, path: picture.path, from, to, width, quality, scoreAhead, samples, failures }
}

async function startAll() {
  const contenders = [
    await startContender('pixmill', { speed: parseSpeed(values.speed) }),
    await startContender('sharp'),
  ]
  return values.oximg ? [...contenders, await startOximg()] : contenders
}

async function main() {
  const formats = parseFormats(values.formats)
  const [runs] = parseNumbers('runs', values.runs)
  const pictures = await preparePictures(positionals[0])
  const jobs = listJobs(pictures, { widths: parseNumbers('widths', values.widths), formats })
  const qualities = readQualities(values.qualities)
  const contenders = await startAll()
  const results = []
  for (const [index, job] of jobs.entries()) {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${index + 1} of ${jobs.length}: ${job.picture.name}`)
    const at = qualities.get(toKey({ ...job, path: job.picture.path })) ?? { quality: QUALITY, scoreAhead: null }
    results.push(await runJob(contenders, job, { runs, ...at }))
  }
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
  for (const contender of contenders) contender.stop()
  const versions = Object.assign({}, ...contenders.map((contender) => contender.versions))
  printReport({ results, runs, versions, isEqual: values.qualities !== undefined }, { isJson: values.json })
}

await main()
