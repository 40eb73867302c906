/** A metric with its name, its help and its samples, in no format yet. The names' prefix and suffixes are given here and nowhere else. */
import type { Count, Distribution, Labels, Series } from './metrics-series.js'

export interface Family {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly samples: readonly Sample[]
}

export interface Sample {
  /** Where it is not the family's. */
  readonly metricName?: string
  readonly labels: Labels
  readonly value: number
}

const PREFIX = 'pixmill_'

/** `name` without `_total`. */
export function counter(name: string, help: string, samples: readonly Sample[]): Family {
  return { name: `${PREFIX}${name}_total`, help, type: 'counter', samples }
}

export function gauge(name: string, help: string, samples: readonly Sample[]): Family {
  return { name: PREFIX + name, help, type: 'gauge', samples }
}

/** One number, or one for each value of a label. */
export function sample(value: number, labels: Labels = {}): Sample {
  return { labels, value }
}

export function countersOf(name: string, help: string, series: Series<Count>): Family {
  const samples = series.rows().map(({ labels, value }) => sample(value.value, labels))
  return counter(name, help, samples)
}

export function distributionsOf(name: string, help: string, series: Series<Distribution>): Family {
  const full = PREFIX + name
  const samples = series.rows().flatMap(({ labels, value }) => toSamples(full, labels, value))
  return { name: full, help, type: 'histogram', samples }
}

/** Buckets are cumulative in the text. */
function toSamples(name: string, labels: Labels, { bounds, counts, sum }: Distribution): Sample[] {
  let total = 0
  const buckets = counts.map((count, index) => {
    total += count
    const le = String(bounds[index] ?? '+Inf')
    return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: total }
  })
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: total },
  ]
}
