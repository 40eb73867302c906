/** Parsers of what the command line gives: each takes a text and the name to blame, and returns the value or throws `ERR_OPTION`. */
import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseBytes } from '../config/index.js'
import { optionError } from '../errors.js'

export type Parser<T> = (text: string, subject: string) => T

export const parseText: Parser<string> = (text) => text

export const parseSwitch: Parser<boolean> = (text, subject) => {
  if (text === 'true' || text === '1') return true
  if (text === 'false' || text === '0') return false
  throw optionError(subject, 'true, 1, false or 0', text)
}

/** An integer within both ends. */
export function integer(min: number, max: number): Parser<number> {
  return (text, subject) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
    if (!(value >= min && value <= max)) throw optionError(subject, `an integer from ${min} to ${max}`, text)
    return value
  }
}

/** Values separated by commas, without doubles. */
export function list<T>(parse: Parser<T>): Parser<readonly T[]> {
  return (text, subject) => [...new Set(text.split(',').map((item) => parse(item.trim(), subject)))]
}

/** A number of bytes: `256mb`. */
export const parseSize: Parser<number> = (text, subject) => parseBytes(text, subject)

/** One of the names. */
export function oneOf<const T extends string>(...names: readonly T[]): Parser<T> {
  return (text, subject) => {
    const name = names.find((candidate) => candidate === text)
    if (name === undefined) throw optionError(subject, `one of ${names.join(', ')}`, text)
    return name
  }
}

export const parseJsonObject: Parser<Record<string, unknown>> = (text, subject) => {
  const value = readJson(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw optionError(subject, 'a JSON object', text)
  }
  return value as Record<string, unknown>
}

/** An existing directory, absolute. */
export const parseDirectory: Parser<string> = (text, subject) => {
  const path = resolve(text)
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw optionError(subject, 'an existing directory', text)
  return path
}

/** A path that need not exist, absolute. */
export const parsePath: Parser<string> = (text) => resolve(text)

/** As `basePath` in next.config: empty, or with a slash in front and none behind. */
export const parseBasePath: Parser<string> = (text, subject) => {
  if (text !== '' && !/^\/[^?#]*[^/?#]$/.test(text)) throw optionError(subject, 'a path such as /docs', text)
  return text
}

/** As `images.path` in next.config. */
export const parseEndpoint: Parser<string> = (text, subject) => {
  if (!/^\/[^?#]*$/.test(text)) throw optionError(subject, 'a path such as /_next/image', text)
  return text
}

export const parseOrigin: Parser<string> = (text, subject) => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw optionError(subject, 'a URL such as http://localhost:3000', text)
  }
  return text
}

/** What stands in `url=` of the endpoint: a path of the site, or a URL. */
export const parseSource: Parser<string> = (text, subject) => {
  if (!text.startsWith('/') && !(/^https?:/i.test(text) && URL.canParse(text))) {
    throw optionError(subject, 'a path such as /photo.jpg or a URL', text)
  }
  return text
}

/** Something, where nothing would mean everything. */
export const parseName: Parser<string> = (text, subject) => {
  if (text === '') throw optionError(subject, 'a text', text)
  return text
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
