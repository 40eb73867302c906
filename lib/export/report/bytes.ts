/** Bytes and shares of them as short text. Decimal units, as servers and browsers' tools have them. */

const UNITS = ['KB', 'MB', 'GB', 'TB']

export function formatBytes(bytes: number): string {
  const size = Math.abs(bytes)
  if (size < 1000) return `${bytes} B`
  const power = UNITS.findIndex((_, at) => size < 999.5 * 1000 ** (at + 1))
  const at = power === -1 ? UNITS.length - 1 : power
  const scaled = bytes / 1000 ** (at + 1)
  return `${scaled.toFixed(Math.abs(scaled) < 99.95 ? 1 : 0)} ${UNITS[at]}`
}

/** How much smaller `after` is, as `-74 %`; a plus where it is larger. */
export function formatChange(before: number, after: number): string {
  if (before === 0) return '-'
  const percent = Math.round((after / before - 1) * 100)
  return `${percent > 0 ? '+' : ''}${percent === 0 ? 0 : percent} %`
}

export function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`
}
