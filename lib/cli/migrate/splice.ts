/** Changes to a text by position: what no change names stays as it is, byte for byte. */

export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

export function replace({ start, end }: { start: number; end: number }, text: string): Edit {
  return { start, end, text }
}

export function insert(at: number, text: string): Edit {
  return { start: at, end: at, text }
}

/** In order, each once; an edit inside a larger one goes with it. Insertions at one place keep the order in which they were given. */
export function settle(edits: readonly Edit[]): Edit[] {
  const sorted = [...edits].sort((a, b) => a.start - b.start || b.end - a.end)
  const kept: Edit[] = []
  for (const edit of sorted) {
    const last = kept.at(-1)
    const isInside = last !== undefined && (edit.start < last.end || isSame(edit, last))
    if (!isInside) kept.push(edit)
  }
  return kept
}

function isSame(a: Edit, b: Edit): boolean {
  return a.start === b.start && a.end === b.end && a.text === b.text
}

export function splice(text: string, edits: readonly Edit[]): string {
  let at = 0
  let spliced = ''
  for (const edit of settle(edits)) {
    spliced += text.slice(at, edit.start) + edit.text
    at = edit.end
  }
  return spliced + text.slice(at)
}

/** The line ends of the file itself. */
export function lineEndOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n'
}

export function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length
}

interface Span {
  readonly start: number
  readonly end: number
}

/** Takes some items out of a list such as `{ a, b }`: with their lines where they have these for themselves, else with a comma. */
export function removeItems(text: string, items: readonly Span[], isRemoved: (item: Span) => boolean): Edit[] {
  const lastKept = items.findLastIndex((item) => !isRemoved(item))
  return items.flatMap((item, at) => {
    if (!isRemoved(item)) return []
    const lines = ownLines(text, item)
    if (lines !== null) return [replace(lines, '')]
    const next = items[at + 1]
    if (next !== undefined && at < lastKept) return [{ start: item.start, end: next.start, text: '' }]
    return [{ start: items[at - 1]?.end ?? item.start, end: item.end, text: '' }]
  })
}

/** From the start of its first line to that of the one after its last, if nothing but a comma and a remark stands there besides. */
function ownLines(text: string, { start, end }: Span): Span | null {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1
  const after = /^[ \t]*,?[ \t]*(?:\/\/[^\n]*)?\r?\n/.exec(text.slice(end))
  if (after === null || text.slice(lineStart, start).trim() !== '') return null
  return { start: lineStart, end: end + after[0].length }
}

/** Removes a statement with its line, if it has one for itself. */
export function removeStatement(text: string, span: Span): Edit {
  const lineStart = text.lastIndexOf('\n', span.start - 1) + 1
  const after = /^[ \t]*\r?\n/.exec(text.slice(span.end))
  if (after === null || text.slice(lineStart, span.start).trim() !== '') return replace(span, '')
  return { start: lineStart, end: span.end + after[0].length, text: '' }
}
