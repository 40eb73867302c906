/** Parsers of option values: each returns the value in its type, or throws `Expected X for NAME but received Y`. */
import { optionError } from '../errors.js'

/** `value` as written in a config or, where it came from the environment, as text. */
export type Check<T> = (value: unknown, name: string) => T

export function integer(min: number, max: number = Number.MAX_SAFE_INTEGER): Check<number> {
  const expected =
    max === Number.MAX_SAFE_INTEGER ? `an integer of at least ${min}` : `an integer from ${min} to ${max}`
  return (value, name) => {
    const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
    if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < min || number > max) {
      throw optionError(name, expected, value)
    }
    return number
  }
}

export const text: Check<string> = (value, name) => {
  if (typeof value !== 'string' || value === '') throw optionError(name, 'a string', value)
  return value
}

export const flag: Check<boolean> = (value, name) => {
  if (value === true || value === 'true' || value === '1') return true
  if (value === false || value === 'false' || value === '0') return false
  throw optionError(name, 'true or false', value)
}

export function oneOf<const T extends string>(...choices: readonly T[]): Check<T> {
  const expected = choices.map((choice) => JSON.stringify(choice)).join(' or ')
  return (value, name) => {
    if (!choices.includes(value as T)) throw optionError(name, expected, value)
    return value as T
  }
}

export function list<T>(item: Check<T>): Check<readonly T[]> {
  return (value, name) => {
    if (!Array.isArray(value)) throw optionError(name, 'an array', value)
    return Object.freeze(value.map((element, index) => item(element, `${name}[${index}]`)))
  }
}

/** A list that an environment variable writes with commas. */
export const names: Check<readonly string[]> = (value, name) => {
  const parts = typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value
  return list(text)(parts, name)
}

/** A value that an environment variable writes as JSON. */
export function json<T>(check: Check<T>): Check<T> {
  return (value, name) => check(typeof value === 'string' ? parseJson(value, name) : value, name)
}

function parseJson(source: string, name: string): unknown {
  try {
    return JSON.parse(source)
  } catch {
    throw optionError(name, 'JSON', source)
  }
}
