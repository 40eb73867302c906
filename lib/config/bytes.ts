/** Sizes as people write them: `'256mb'` is 268435456. Never rounds up: half a byte is refused. */
import { optionError } from '../errors.js'

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 2 ** 10,
  kb: 2 ** 10,
  kib: 2 ** 10,
  m: 2 ** 20,
  mb: 2 ** 20,
  mib: 2 ** 20,
  g: 2 ** 30,
  gb: 2 ** 30,
  gib: 2 ** 30,
}

const EXPECTED = "a number of bytes, or a text such as '256mb'"

/** `name` is what the error calls the value. */
export function parseBytes(value: string | number, name = 'bytes'): number {
  const bytes = typeof value === 'string' ? parseText(value) : value
  if (typeof bytes !== 'number' || !Number.isSafeInteger(bytes) || bytes < 0) throw optionError(name, EXPECTED, value)
  return bytes
}

function parseText(text: string): number {
  const [, digits, unit] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text) ?? []
  const factor = UNITS[unit?.toLowerCase() ?? '']
  return digits === undefined || factor === undefined ? Number.NaN : Math.floor(Number(digits) * factor)
}
