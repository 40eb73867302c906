// The arithmetic of the benches: groups and means. Pure.

/** In the order of their first members. */
export function groupBy(values, toName) {
  const groups = new Map()
  for (const value of values) groups.set(toName(value), [...(groups.get(toName(value)) ?? []), value])
  return [...groups]
}

export const median = (values) => {
  const sorted = values.toSorted((a, b) => a - b)
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2
}

export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length

export const geometricMean = (values) => Math.exp(mean(values.map(Math.log)))
