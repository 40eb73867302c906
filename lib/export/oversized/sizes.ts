/** How wide a picture is ever shown, from its attributes alone: `sizes`, `width`, `style`. Knows no style sheet. Pure. */

/** The widest window that is reckoned with: a 4K screen whose pixels are CSS pixels. */
export const WIDEST_WINDOW = 3840

const MAX_WIDTH = /(?:\bmax-width\s*:|\bwidth\s*<=?)\s*(\d*\.?\d+)(px|em|rem)\s*\)/i
const MIN_WIDTH = /\(\s*(?:min-width\s*:|width\s*>=?)\s*(\d*\.?\d+)(px|em|rem)\s*\)/i
const ONLY_MIN_WIDTH = /^\([^()]*\)$/

export interface ShownBy {
  readonly width?: string | undefined
  readonly sizes?: string | undefined
  readonly style?: string | undefined
}

/**
 * CSS pixels; null where the attributes leave it open. Pixels in `style` settle it. Where `width` and `sizes` differ the larger one counts: a style
 * sheet may follow either.
 */
export function toShownWidth({ width, sizes, style }: ShownBy): number | null {
  const styled = readStyle(style ?? '')
  if (styled.pixels !== null) return styled.pixels
  const foretold = sizes === undefined || sizes.trim() === '' ? null : widestOf(sizes)
  if (foretold === null && sizes?.trim()) return null
  const attribute = styled.isRelative ? null : toPixels(width ?? '')
  return attribute === null || foretold === null ? (attribute ?? foretold) : Math.max(attribute, foretold)
}

/** `200`, `200px`, but not `50%`. */
export function toPixels(text: string): number | null {
  const match = /^\s*(\d+)(?:\.\d+)?(?:\s*px)?\s*$/i.exec(text)
  const pixels = match === null ? 0 : Number(match[1])
  return pixels > 0 && pixels <= 100_000 ? pixels : null
}

/**
 * The greatest width that `sizes` can come to: each entry at the widest window for which it is the first to hold. Null where one entry is not
 * understood (`auto`, `calc()` and the like).
 */
export function widestOf(sizes: string): number | null {
  let widest = 0
  let window = WIDEST_WINDOW
  for (const { condition, length } of toEntries(sizes)) {
    const pixels = toLength(length, Math.min(window, toLimit(MAX_WIDTH, condition) ?? WIDEST_WINDOW))
    if (pixels === null) return null
    widest = Math.max(widest, pixels)
    if (condition === '') return Math.ceil(widest)
    if (ONLY_MIN_WIDTH.test(condition)) window = Math.min(window, toLimit(MIN_WIDTH, condition) ?? window)
  }
  // What no entry covers is as wide as the window.
  return Math.ceil(Math.max(widest, window))
}

interface Styled {
  /** The least of `width` and `max-width`. */
  readonly pixels: number | null
  /** `width: 100%` and the like: the attribute says nothing. */
  readonly isRelative: boolean
}

function readStyle(style: string): Styled {
  const found = new Map<string, string>()
  for (const [, name = '', value = ''] of style.matchAll(/(?:^|;)\s*((?:max-)?width)\s*:\s*([^;]+)/gi)) {
    found.set(name.toLowerCase(), value.replace(/!important/i, '').trim())
  }
  const limits = [...found.values()].flatMap((value) => toStyled(value) ?? [])
  return { pixels: limits.length > 0 ? Math.min(...limits) : null, isRelative: found.has('width') }
}

function toStyled(value: string): number | null {
  return /^\d*\.?\d+(px|rem)$/i.test(value) ? toLength(value, WIDEST_WINDOW) : null
}

function toLimit(pattern: RegExp, condition: string): number | null {
  if (/\b(not|or)\b/i.test(condition)) return null
  const [, value, unit] = pattern.exec(condition) ?? []
  return value === undefined ? null : toLength(`${value}${unit}`, WIDEST_WINDOW)
}

function toLength(text: string, window: number): number | null {
  const match = /^(\d*\.?\d+)(px|vw|em|rem)$/i.exec(text)
  if (match === null) return null
  const value = Number(match[1])
  const unit = match[2]?.toLowerCase()
  // 16 is what every browser starts with, and `em` in `sizes` is that of the page.
  return unit === 'vw' ? (value * window) / 100 : unit === 'px' ? value : value * 16
}

interface SizesEntry {
  /** `''`: it always holds. */
  readonly condition: string
  readonly length: string
}

function toEntries(sizes: string): SizesEntry[] {
  return splitTop(sizes).map((entry) => {
    const [, condition = '', length = ''] = /^([\s\S]*?)(\S+)$/.exec(entry.trim()) ?? []
    return { condition: condition.trim(), length }
  })
}

/** At commas outside of parentheses. */
function splitTop(text: string): string[] {
  const parts = ['']
  let depth = 0
  for (const mark of text) {
    if (mark === '(') depth++
    if (mark === ')') depth--
    if (mark === ',' && depth === 0) parts.push('')
    else parts[parts.length - 1] += mark
  }
  return parts.filter((part) => part.trim() !== '')
}
