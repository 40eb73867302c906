/** Numbers by labels: counts, and distributions over fixed bounds. Only adds; knows no name and no text format. */

export type Labels = Readonly<Record<string, string>>

export interface Row<T> {
  readonly labels: Labels
  readonly value: T
}

export interface Series<T> {
  /** The value with these labels, in the order of their names; made when it is asked for. */
  at(...labels: string[]): T
  rows(): readonly Row<T>[]
}

/** Some labels come from upstreams, such as a status: whatever they send, the answer to a scrape stays small. */
const MAX_ROWS = 200
const OTHER = 'other'

export function createSeries<T>(names: readonly string[], create: () => T): Series<T> {
  const rows = new Map<string, Row<T>>()

  const add = (key: string, labels: readonly string[]): T => {
    const row = { labels: Object.fromEntries(names.map((name, index) => [name, labels[index] ?? ''])), value: create() }
    rows.set(key, row)
    return row.value
  }

  return {
    at(...labels) {
      const key = labels.length === 1 ? (labels[0] ?? '') : labels.join(' ')
      const known = rows.get(key)
      if (known !== undefined) return known.value
      if (rows.size < MAX_ROWS) return add(key, labels)
      return (
        rows.get(OTHER)?.value ??
        add(
          OTHER,
          names.map(() => OTHER),
        )
      )
    },
    rows: () => [...rows.values()],
  }
}

export interface Count {
  value: number
}

export function createCount(): Count {
  return { value: 0 }
}

export interface Distribution {
  readonly bounds: readonly number[]
  /** How many values are at most each bound and above the one before it; the last are above all. */
  readonly counts: number[]
  sum: number
}

export function createDistribution(bounds: readonly number[]): Distribution {
  return { bounds, counts: new Array<number>(bounds.length + 1).fill(0), sum: 0 }
}

export function observe(distribution: Distribution, value: number): void {
  const { bounds, counts } = distribution
  let index = 0
  while (value > (bounds[index] ?? Number.POSITIVE_INFINITY)) index++
  counts[index] = (counts[index] ?? 0) + 1
  distribution.sum += value
}
