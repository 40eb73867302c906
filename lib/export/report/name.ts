/** Names of sources and pages as they may stand in a terminal: they come out of other people's files. Never changes plain text. */

// Controls of both sets, line separators, marks that turn the direction of what follows, halves of a pair.
const HARMFUL = /[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|\p{Surrogate}/gu
const WIDE =
  /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Emoji_Presentation}|[\u3000-\u303e\uff01-\uff60]/u
const FLAT = /^[\p{Mark}\u200b-\u200d]$/u

const MAX_PAGES = 3
/** Of a name that nothing else limits: long enough for every path that exists, short enough for a log. */
const MAX_COLUMNS = 400

/** `\u001b` for what a terminal would obey. */
export function escapeName(name: string): string {
  return name.replace(HARMFUL, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

export function countColumns(text: string): number {
  let columns = 0
  for (const one of text) columns += columnsOf(one)
  return columns
}

function columnsOf(one: string): number {
  if (one < '\u0300') return 1
  return FLAT.test(one) ? 0 : WIDE.test(one) ? 2 : 1
}

/** Escaped and at most `columns` wide: the middle goes, because a path says most at its ends. */
export function cutName(name: string, columns = MAX_COLUMNS): string {
  const text = escapeName(name)
  if (countColumns(text) <= columns) return text
  const room = Math.max(columns - 1, 0)
  const letters = [...text]
  const end = take(letters.toReversed(), Math.ceil(room / 2)).toReversed()
  return `${take(letters, room - countColumns(end.join(''))).join('')}${columns > 0 ? '…' : ''}${end.join('')}`
}

function take(letters: readonly string[], columns: number): string[] {
  let left = columns
  const end = letters.findIndex((one) => {
    left -= columnsOf(one)
    return left < 0
  })
  return end === -1 ? [...letters] : letters.slice(0, end)
}

export function padName(name: string, columns: number): string {
  return name + ' '.repeat(Math.max(columns - countColumns(name), 0))
}

/** `on a.html, b.html, c.html and 4 more`; empty where there are none. */
export function formatPages(pages: readonly string[], columns?: number): string {
  if (pages.length === 0) return ''
  const shown = pages.slice(0, MAX_PAGES).map((page) => cutName(page, columns))
  const rest = pages.length - shown.length
  return `on ${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}
