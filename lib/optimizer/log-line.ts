/** Fields as one line: logfmt, which people read, or JSON, which collectors read. Whatever a field holds, the line is one line. */

export type Level = 'warn' | 'error'
export type Fields = Readonly<Record<string, string | number | undefined>>

type Format = (fields: Fields) => string

/** By the names that `PIXMILL_LOG` may have. */
export const FORMATS = {
  text: toLogfmt,
  json: toJson,
  silent: null,
} as const satisfies Readonly<Record<string, Format | null>>

/** A line must fit the limits of collectors, which cut at 16 KB. */
const MAX_LENGTH = 2_000

function toLogfmt(fields: Fields): string {
  const pairs = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : `${name}=${isWord(name, value) ? value : toQuoted(String(value))}`,
  )
  return ['pixmill', ...pairs].join(' ')
}

/** Texts are quoted even where they are one word, so that a search for them finds all. */
const WORDS = ['level', 'event', 'code']

function isWord(name: string, value: string | number): boolean {
  return typeof value === 'number' || (WORDS.includes(name) && /^\w+$/.test(value))
}

function toJson(fields: Fields): string {
  const pairs = Object.entries({ time: new Date().toISOString(), name: 'pixmill', ...fields }).flatMap(
    ([name, value]) => (value === undefined ? [] : `"${name}":${typeof value === 'number' ? value : toQuoted(value)}`),
  )
  return `{${pairs.join(',')}}`
}

/** JSON escapes what is below a space. A terminal also obeys these: C1 controls, separators of lines, and marks that turn the direction. */
const OBEYED = /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

function toQuoted(text: string): string {
  const cut = text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text
  return JSON.stringify(cut).replace(OBEYED, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
