/** The attribute `srcset`, read as browsers read it: a URL may hold commas, only its end may not. Pure. */

export interface SrcsetCandidate {
  readonly url: string
  /** As written: `2x`, `640w`, or `''`. */
  readonly descriptor: string
}

const URL_START = /[\s,]*/y
const URL_TEXT = /\S+/y

export function parseSrcset(text: string): SrcsetCandidate[] {
  const candidates: SrcsetCandidate[] = []
  let at = 0
  for (;;) {
    at = skip(URL_START, text, at)
    if (at >= text.length) return candidates
    const end = skip(URL_TEXT, text, at)
    const raw = text.slice(at, end)
    const url = raw.replace(/,+$/, '')
    at = raw === url ? endOfDescriptor(text, end) : end
    candidates.push({ url, descriptor: raw === url ? text.slice(end, at).trim().replace(/\s+/g, ' ') : '' })
  }
}

/** `640` of `640w`; null for any other. */
export function toWidth(descriptor: string): number | null {
  const match = /(?:^|\s)(\d{1,6})w(?:\s|$)/.exec(descriptor)
  return match === null ? null : Number(match[1])
}

/** `2` of `2x`, 1 of `''`; null for any other. */
export function toDensity(descriptor: string): number | null {
  if (descriptor === '') return 1
  const match = /^(\d*\.?\d+)x$/.exec(descriptor)
  return match === null ? null : Number(match[1])
}

function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : at
}

/** A comma in parentheses does not end it. */
function endOfDescriptor(text: string, start: number): number {
  let depth = 0
  for (let at = start; at < text.length; at++) {
    if (text[at] === '(') depth++
    else if (text[at] === ')') depth = Math.max(0, depth - 1)
    else if (text[at] === ',' && depth === 0) return at
  }
  return text.length
}
