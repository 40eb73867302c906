// `npm run bench:phases -- [folder] [--widths 640,1080,1920] [--quality 75] [--rounds 5] [--json]`: what the second phase of AVIF brings and what it costs.
// Bytes and SSIMULACRA2 of the fast and the small preset; and the time of a burst of WebP with and without a second phase under way, in turns. Prints
// the rows that we lose too; judges nothing.
import { readFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { describeMachine } from '../dist/cli/bench/machine.js'
import { Engine } from '../dist/native.js'
import { geometricMean, mean, median } from './figures.js'
import { parseNumbers } from './jobs.js'
import { buildScorer, startScorer } from './score/scorer.js'
import { preparePictures } from './sources.js'
import { printTable, toSigned, toTimes } from './table.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    widths: { type: 'string', default: '640,1080,1920' },
    quality: { type: 'string', default: '75' },
    rounds: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
  },
})

const BURST_WIDTH = 1080
/** A large one, and the time until it is past its decoder. */
const PHASE_WIDTH = 1920
const LEAD_MS = 150

async function comparePhases(pictures, widths, quality) {
  const engine = new Engine()
  const scorer = startScorer(buildScorer())
  const rows = []
  for (const { name, path, width: own } of pictures) {
    const source = await readFile(path)
    await scorer.setOriginal(path)
    const measure = async (width, speed) => {
      const { data } = await engine.optimize(source, { width, quality, format: 'avif', speed })
      return { bytes: data.byteLength, score: await scorer.score(data) }
    }
    for (const width of widths.filter((each) => each <= own)) {
      const [first, second] = [await measure(width, 'fast'), await measure(width, 'small')]
      rows.push({ name, width, bytes: second.bytes / first.bytes, ahead: second.score - first.score })
    }
  }
  scorer.stop()
  return rows
}

/** Milliseconds of one WebP of each picture, asked for at once, while a second phase is in its encoder, or while nothing is. */
async function runBurst(engine, sources, isDisturbed) {
  const end = new AbortController()
  const behind = isDisturbed ? improve(engine, sources[0], end.signal) : undefined
  await wait(LEAD_MS)
  const startedAt = performance.now()
  // As the optimizer gives way: the second phase ends with the step that it is in.
  end.abort()
  await Promise.all(sources.map((source) => engine.optimize(source, { width: BURST_WIDTH, format: 'webp' })))
  const taken = performance.now() - startedAt
  await behind
  return taken
}

/** Resolves however it ends. */
async function improve(engine, source, signal) {
  const options = { width: PHASE_WIDTH, format: 'avif', speed: 'small', isIdle: true, signal }
  await Promise.allSettled([engine.optimize(source, options)])
}

async function compareBursts(pictures, rounds) {
  const engine = new Engine()
  const sources = await Promise.all(pictures.map(({ path }) => readFile(path)))
  const times = { alone: [], disturbed: [] }
  for (let round = -1; round < rounds; round++) {
    for (const name of round % 2 === 0 ? ['alone', 'disturbed'] : ['disturbed', 'alone']) {
      const taken = await runBurst(engine, sources, name === 'disturbed')
      if (round >= 0) times[name].push(taken)
    }
  }
  return { alone: median(times.alone), disturbed: median(times.disturbed) }
}

function print(rows, burst) {
  const group = (name, members) => [
    name,
    `${members.length}`,
    toTimes(geometricMean(members.map(({ bytes }) => bytes))),
    toSigned(mean(members.map(({ ahead }) => ahead))),
    toSigned(Math.min(...members.map(({ ahead }) => ahead))),
  ]
  const widths = [...new Set(rows.map(({ width }) => width))]
  printTable([
    ['AVIF, second phase over the first', 'pictures', 'bytes', 'score', 'worst score'],
    ...widths.map((width) =>
      group(
        `${width}`,
        rows.filter((row) => row.width === width),
      ),
    ),
    group('all', rows),
  ])
  console.log()
  printTable([
    ['', '', 'bytes', 'score'],
    ...rows.map(({ name, width, bytes, ahead }) => [name, `${width}`, toTimes(bytes), toSigned(ahead)]),
  ])
  const ratio = burst.disturbed / burst.alone
  console.log(`\nA burst of WebP, with a second phase under way by without: ${toTimes(ratio)}`)
}

async function main() {
  const pictures = (await preparePictures(positionals[0])).filter(({ format }) => format === 'jpeg')
  const [[quality], [rounds]] = [parseNumbers('quality', values.quality), parseNumbers('rounds', values.rounds)]
  const burst = await compareBursts(pictures, rounds)
  const rows = await comparePhases(pictures, parseNumbers('widths', values.widths), quality)
  if (values.json) console.log(JSON.stringify({ machine: describeMachine(), burst, rows }, null, 2))
  else print(rows, burst)
}

await main()
