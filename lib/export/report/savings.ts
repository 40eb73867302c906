/** The table of the largest savings. What has become larger is not in it, but it is in the sums. */
import type { ExportOutcome } from '../outcome.js'
import { formatBytes, formatChange } from './bytes.js'
import { countColumns, cutName, padName } from './name.js'
import type { Paint } from './paint.js'
import { type Saving, toSaving } from './totals.js'

type Column = readonly [title: string, format: (saving: Saving) => string]

const ROWS = 10
const TITLE = 'Largest savings: the original against its heaviest variant'
const FIGURE = 10
/** Of a name: a narrow terminal loses figures before it loses that. */
const LEAST = 12

/** The last ones stay longest. */
const COLUMNS: readonly Column[] = [
  ['original', ({ before }) => formatBytes(before)],
  ['heaviest', ({ after }) => formatBytes(after)],
  ['saved', ({ before, after }) => formatBytes(before - after)],
  ['change', ({ before, after }) => formatChange(before, after)],
]

export function formatSavings({ sources }: ExportOutcome, columns: number, paint: Paint): string[] {
  const savings = findLargest(sources.flatMap((source) => toSaving(source) ?? []))
  if (savings.length === 0) return []
  const figures = COLUMNS.slice(-Math.max(1, Math.floor((columns - LEAST) / FIGURE)))
  const names = ['source', ...savings.map(({ source }) => cutName(source, columns - figures.length * FIGURE))]
  const width = Math.max(...names.map(countColumns))
  const [head = '', ...rows] = names.map((name) => padName(name, width))
  return [
    paint.bold(TITLE),
    paint.dim(head + figures.map(([title]) => title.padStart(FIGURE)).join('')),
    ...savings.map(
      (saving, at) => (rows[at] ?? '') + figures.map(([, format]) => format(saving).padStart(FIGURE)).join(''),
    ),
  ]
}

function findLargest(savings: readonly Saving[]): Saving[] {
  return savings
    .filter(({ before, after }) => after < before)
    .sort((a, b) => b.before - b.after - (a.before - a.after) || (a.source < b.source ? -1 : 1))
    .slice(0, ROWS)
}
