/** A report as text of at most 100 columns. A row that pixmill loses looks like one that it wins. */
import type { Failure } from './duel.js'
import type { Report } from './report.js'
import { type Figures, MEASURES, type Measure, type Row } from './summary.js'

interface Column {
  readonly title: string
  readonly divisor: number
}

const COLUMNS: Readonly<Record<Measure, Column>> = {
  cpuMs: { title: 'CPU ms', divisor: 1 },
  wallMs: { title: 'wall ms', divisor: 1 },
  bytes: { title: 'out KB', divisor: 1000 },
  peakBytes: { title: 'peak MB', divisor: 1_000_000 },
}

const NUMBER = 7
const RATIO = 6
const GAP = '  '
const LABEL = 10

export function formatReport(report: Report): string {
  const lines = [
    ...formatHead(report),
    '',
    ...formatTable(report),
    '',
    ...formatNotes(report),
    ...(report.failures.length > 0 ? ['', ...formatFailures(report.failures)] : []),
    ...(report.skipped.length > 0
      ? ['', ...report.skipped.map(({ path, reason }) => `skipped: ${path}: ${reason}`)]
      : []),
  ]
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`
}

function formatHead({ date, machine, versions, options, pictures }: Report): string[] {
  const { processor, threads, memoryBytes, platform, node } = machine
  return [
    `${count(pictures.length, 'picture')}, quality ${options.quality}, ${count(options.runs, 'run')} each, ${date}`,
    `${processor}, ${count(threads, 'thread')}, ${(memoryBytes / 2 ** 30).toFixed(1)} GiB, ${platform}, Node.js ${node}`,
    `pixmill: ${formatVersions(versions.pixmill)}`,
    versions.sharp === null
      ? 'sharp: not installed here, so pixmill stands alone (npm install sharp, and run this again to compare)'
      : `sharp: ${formatVersions(versions.sharp)}, called as Next.js 16.4 calls it`,
  ]
}

function formatTable({ rows, totals, versions }: Report): string[] {
  const isPair = versions.sharp !== null
  const engines = 'pixmill'.padStart(NUMBER) + (isPair ? 'sharp'.padStart(NUMBER) + 'ratio'.padStart(RATIO) : '')
  const titles = MEASURES.map((measure) => GAP + center(COLUMNS[measure].title, engines.length))
  return [
    ' '.repeat(LABEL) + titles.join(''),
    'width'.padStart(LABEL) + (GAP + engines).repeat(MEASURES.length),
    ...rows.map((row) => formatRow(row, isPair)),
    '',
    ...totals.map((row) => formatRow(row, isPair)),
  ]
}

function center(text: string, width: number): string {
  return text.padStart(Math.ceil((width + text.length) / 2)).padEnd(width)
}

function formatRow(row: Row, isPair: boolean): string {
  return (
    formatLabel(row) + MEASURES.map((measure) => formatFigures(row[measure], COLUMNS[measure].divisor, isPair)).join('')
  )
}

function formatLabel({ format, width }: Row): string {
  if (width !== null) return (format ?? '').padEnd(5) + String(width).padStart(LABEL - 5)
  return `${format ?? 'all'} sum`.padEnd(LABEL)
}

function formatFigures({ pixmill, sharp, ratio }: Figures, divisor: number, isPair: boolean): string {
  const ours = GAP + formatNumber(pixmill, divisor).padStart(NUMBER)
  if (!isPair) return ours
  return (
    ours + formatNumber(sharp, divisor).padStart(NUMBER) + (ratio === null ? '-' : ratio.toFixed(2)).padStart(RATIO)
  )
}

function formatNumber(value: number | null, divisor: number): string {
  if (value === null) return '-'
  const scaled = value / divisor
  return scaled.toFixed(scaled < 100 ? 1 : 0)
}

function formatNotes({ peakMemory, versions, failures }: Report): string[] {
  const peak =
    peakMemory === 'per variant' ? 'of the picture that needs most' : 'highest so far (this system cannot reset it)'
  return [
    'A row is the median over pictures, each the median of its runs; a sum adds those up.',
    `Peak: resident memory of the engine's process above its idle level, ${peak}.`,
    ...(versions.sharp === null
      ? []
      : ['Ratio: pixmill / sharp, the median over pictures in a row; below 1 pixmill takes less, above 1 more.']),
    'Bytes are those at the same quality number, which need not be the same visual quality.',
    ...(failures.length > 0 ? ['Rows and sums hold what every engine made; what failed is below.'] : []),
  ]
}

/** One line for each picture, engine and message, with the variants it stands for. */
function formatFailures(failures: readonly Failure[]): string[] {
  const groups = new Map<string, string[]>()
  for (const { engine, path, error, format, width } of failures) {
    const key = `failed in ${engine}: ${path}: ${error}`
    groups.set(key, [...(groups.get(key) ?? []), `${format} ${width}`])
  }
  return [...groups].map(([line, variants]) => `${line} (${variants.join(', ')})`)
}

function formatVersions(versions: Readonly<Record<string, string>>): string {
  return Object.entries(versions)
    .map(([name, version], index) => (index === 0 ? version : `${name} ${version}`))
    .join(', ')
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`
}
