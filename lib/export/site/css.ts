/**
 * The declarations of a style sheet (or of a `style` attribute) with their places, and the `url()`s in them. Reads what browsers read, broken
 * sheets included; knows no property and resolves no URL. Pure.
 */

export interface CssUrl {
  /** Of the whole `url(...)`, in the text that was scanned. */
  readonly start: number
  readonly end: number
  /** Without quotes and escapes. */
  readonly value: string
}

export interface Declaration {
  /** Lower case. */
  readonly property: string
  readonly start: number
  readonly valueStart: number
  /** After the value, before `;` or `}`. */
  readonly end: number
  readonly urls: readonly CssUrl[]
  /** Of the nearest rule, as written; `''` in a `style` attribute. */
  readonly selector: string
  /** Equal for the declarations of one block. */
  readonly block: number
}

interface Block {
  readonly selector: string
  readonly id: number
}

// What stands before a declaration or a rule: white space, comments, and HTML's comment marks.
const LEADING = /(?:\s|\/\*[\s\S]*?\*\/|<!--|-->)*/y
const COMMENT = /\/\*[\s\S]*?(?:\*\/|$)/y
// A string ends at the end of its line, closed or not.
const STRING = /"[^"\\\n]*(?:\\[\s\S][^"\\\n]*)*"?|'[^'\\\n]*(?:\\[\s\S][^'\\\n]*)*'?/y
const QUOTED_URL = /url\(\s*("[^"\\\n]*(?:\\[\s\S][^"\\\n]*)*"|'[^'\\\n]*(?:\\[\s\S][^'\\\n]*)*')\s*\)/iy
// The space after a hexadecimal escape belongs to it.
const PLAIN_URL = /url\(\s*([^\s"'()\\]*(?:\\(?:[0-9a-f]{1,6}\s|[^\n])[^\s"'()\\]*)*)\s*\)/iy
const BAD_URL = /url\([^)\\]*(?:\\[\s\S][^)\\]*)*(?:\)|$)/iy
const NAME = /^(-{0,2}[a-z_][\w-]*)\s*:\s*/i

export function scanCss(text: string): Declaration[] {
  const declarations: Declaration[] = []
  const blocks: Block[] = [{ selector: '', id: 0 }]
  let chunk = { start: 0, urls: [] as CssUrl[] }
  let depth = 0
  let ids = 0
  let at = 0
  const close = (end: number) => {
    const found = toDeclaration(text, chunk.start, end, chunk.urls, blocks.at(-1) as Block)
    if (found !== null) declarations.push(found)
  }
  while (at < text.length) {
    const url = isUrlStart(text, at) ? matchUrl(text, at) : null
    if (url?.url) chunk.urls.push(url.url)
    const end = url?.end ?? skipToken(text, at)
    const mark = text[at]
    if (url === null && (mark === '(' || mark === '[')) depth++
    else if (url === null && (mark === ')' || mark === ']')) depth = Math.max(0, depth - 1)
    else if (depth === 0 && (mark === ';' || mark === '{' || mark === '}')) {
      if (mark === '{') blocks.push({ selector: toSelector(text.slice(chunk.start, at), blocks), id: ++ids })
      else close(at)
      if (mark === '}' && blocks.length > 1) blocks.pop()
      chunk = { start: at + 1, urls: [] }
    }
    at = end
  }
  close(text.length)
  return declarations
}

/** Escapes become what they stand for. */
export function unescapeCss(text: string): string {
  return text.replace(/\\(?:([0-9a-f]{1,6})\s?|\r?\n|([\s\S]))/gi, (_, hex?: string, literal?: string) =>
    hex === undefined ? (literal ?? '') : toCharacter(Number.parseInt(hex, 16)),
  )
}

function toCharacter(code: number): string {
  return code === 0 || code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code)
}

/** `url` as a name of its own, not the end of another. */
function isUrlStart(text: string, at: number): boolean {
  const mark = text[at]
  return (mark === 'u' || mark === 'U') && !/[\w-]/.test(text[at - 1] ?? '')
}

/** Null: no `url(`. Without `url`: one that is broken, or built of functions. */
function matchUrl(text: string, at: number): { url: CssUrl | null; end: number } | null {
  for (const pattern of [QUOTED_URL, PLAIN_URL]) {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match !== null) {
      const value = unescapeCss((match[1] ?? '').replace(/^(["'])([\s\S]*)\1$/, '$2'))
      return { url: { start: at, end: pattern.lastIndex, value }, end: pattern.lastIndex }
    }
  }
  BAD_URL.lastIndex = at
  return BAD_URL.test(text) ? { url: null, end: BAD_URL.lastIndex } : null
}

function skipToken(text: string, at: number): number {
  const mark = text[at]
  if (mark === '\\') return at + 2
  if (mark !== '/' && mark !== '"' && mark !== "'") return at + 1
  const pattern = mark === '/' ? COMMENT : STRING
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : at + 1
}

function toDeclaration(text: string, from: number, to: number, urls: CssUrl[], block: Block): Declaration | null {
  const start = skipLeading(text, from)
  const match = start < to ? NAME.exec(text.slice(start, to)) : null
  if (match === null) return null
  const [head, name = ''] = match
  const end = start + text.slice(start, to).trimEnd().length
  const { selector, id } = block
  return { property: name.toLowerCase(), start, valueStart: start + head.length, end, urls, selector, block: id }
}

/** At-rules pass on the selector around them: `@media` within a rule. */
function toSelector(text: string, blocks: readonly Block[]): string {
  const selector = text.slice(skipLeading(text, 0)).trim()
  return selector.startsWith('@') ? (blocks.at(-1)?.selector ?? '') : selector
}

function skipLeading(text: string, at: number): number {
  LEADING.lastIndex = at
  LEADING.test(text)
  return LEADING.lastIndex
}
