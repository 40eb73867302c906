// The result of `bench:export` as tables or as one JSON document. A row that pixmill loses looks like one that it wins.
import { availableParallelism, cpus } from 'node:os'
import { NEXT, RIVAL_VERSION } from './apps.js'
import { geometricMean } from './quality.js'

const MEGA = 1e6
/** How many of the pictures that cost us most are named. */
const WORST = 5

const MEASURES = {
  'wall s': ({ wallMs }) => wallMs / 1000,
  'CPU s': ({ cpuMs }) => cpuMs / 1000,
  'peak MB': ({ peakBytes }) => peakBytes / MEGA,
}

export function printReport(result, { isJson }) {
  const report = summarize(result)
  if (isJson) console.log(JSON.stringify(report, null, 2))
  else printText(report)
}

function summarize({ photographs, quality, widths, runs, sizes, scores }) {
  const megapixels = photographs.reduce((sum, { width, height }) => sum + (width * height) / MEGA, 0)
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: { processor: cpus()[0].model.trim(), threads: availableParallelism(), node: process.version },
    versions: { next: NEXT, rival: RIVAL_VERSION },
    photographs: photographs.length,
    megapixels,
    quality,
    widths,
    rows: [...summarizeRuns(runs), ...summarizeSizes(sizes)],
    equalQuality: summarizeScores(scores),
  }
}

/** Medians; `ratio` is pixmill by the other. */
function summarizeRuns(runs) {
  return ['cold', 'unchanged'].flatMap((run) =>
    Object.entries(MEASURES).map(([measure, read]) => {
      const [pixmill, rival] = Object.values(runs).map((rounds) => median(rounds.map((round) => read(round[run]))))
      return toRow(`${run}: ${measure}`, pixmill, rival)
    }),
  )
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

const toRow = (name, pixmill, rival) => ({ name, pixmill, rival, ratio: pixmill / rival })

function summarizeSizes([pixmill, rival]) {
  return [toRow('files', pixmill.files, rival.files), toRow('bytes MB', pixmill.bytes / MEGA, rival.bytes / MEGA)]
}

function summarizeScores(scores) {
  if (scores.length === 0) return null
  const widths = [...new Set(scores.map(({ width }) => width))].sort((a, b) => a - b)
  return {
    all: summarizeGroup('all', scores),
    byWidth: widths.map((width) =>
      summarizeGroup(
        `${width} px`,
        scores.filter((score) => score.width === width),
      ),
    ),
    worst: scores
      .filter(({ ratio }) => ratio !== null)
      .toSorted((a, b) => b.ratio - a.ratio)
      .slice(0, WORST)
      .map(({ photo, width, ratio }) => ({ photo, width, ratio })),
    unreached: scores
      .filter(({ ratio }) => ratio === null)
      .map(({ photo, width, ours, theirs }) => ({ photo, width, score: ours.score, rivalScore: theirs.score })),
  }
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length

/** `ratio`: bytes of pixmill at the rival's score, by the rival's bytes. `bytes`: as shipped, each at its own score. */
function summarizeGroup(name, scores) {
  const ratios = scores.map(({ ratio }) => ratio).filter((ratio) => ratio !== null)
  return {
    name,
    count: scores.length,
    ratio: ratios.length > 0 ? geometricMean(ratios) : null,
    fewer: ratios.filter((ratio) => ratio <= 1).length,
    bytes: geometricMean(scores.map(({ ours, theirs }) => ours.bytes / theirs.bytes)),
    score: mean(scores.map(({ ours }) => ours.score)),
    rivalScore: mean(scores.map(({ theirs }) => theirs.score)),
  }
}

function printText(report) {
  const { machine, versions, photographs, megapixels, quality, widths, rows, equalQuality, date } = report
  console.log(
    `${photographs} photographs of ${megapixels.toFixed(0)} megapixels in ${widths.length} widths, WebP, quality ${quality}. ` +
      `${machine.processor}, ${machine.threads} threads, Node.js ${machine.node}, Next.js ${versions.next}, ` +
      `next-image-export-optimizer ${versions.rival}, ${date}.\n`,
  )
  printTable([
    ['', 'pixmill', 'n-i-e-o', 'ratio'],
    ...rows.map(({ name, pixmill, rival, ratio }) => [name, format(pixmill), format(rival), ratio.toFixed(2)]),
  ])
  if (equalQuality) printScores(equalQuality)
}

function printScores({ all, byWidth, worst, unreached }) {
  console.log(
    '\nBytes at equal SSIMULACRA2, against the whole original made smaller by Lanczos3 in linear light (below 1: pixmill needs fewer).\n',
  )
  printTable([
    ['', 'variants', 'ratio', 'fewer or equal', 'bytes as shipped', 'score', 'n-i-e-o'],
    ...[all, ...byWidth].map(({ name, count, ratio, fewer, bytes, score, rivalScore }) => [
      name,
      `${count}`,
      ratio?.toFixed(3) ?? '-',
      `${fewer}`,
      bytes.toFixed(3),
      score.toFixed(1),
      rivalScore.toFixed(1),
    ]),
  ])
  console.log(
    `\nMost against us: ${worst.map(({ photo, width, ratio }) => `${photo} ${width} px ${ratio.toFixed(2)}`).join(', ')}`,
  )
  // Left out of the ratios, not out of sight: here our score and theirs are so far apart that no quality makes up for it.
  for (const { photo, width, score, rivalScore } of unreached)
    console.log(
      `No equal score within reach: ${photo} ${width} px, ${score.toFixed(1)} against ${rivalScore.toFixed(1)}`,
    )
}

const format = (value) => (value >= 100 ? value.toFixed(0) : value.toFixed(2))

function printTable(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  const pad = (cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))
  for (const row of rows) console.log(row.map(pad).join('   '))
}
