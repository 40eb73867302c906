/** A unified diff of a text and its edits. It compares nothing: the edits say what changed. */
import { type Edit, settle, splice } from './splice.js'

const CONTEXT = 3

/** Lines of the old text, from `first` up to but without `end`, and what stands there now. */
interface Change {
  readonly first: number
  readonly end: number
  readonly lines: readonly string[]
}

export function formatDiff(path: string, text: string, edits: readonly Edit[]): string {
  const old = toLines(text)
  const hunks = group(toChanges(text, old, edits))
  const heads = [`--- a/${path}\n`, `+++ b/${path}\n`]
  let shift = 0
  const bodies = hunks.map((hunk) => {
    const body = formatHunk(old, hunk, shift)
    shift += hunk.reduce((sum, change) => sum + change.lines.length - (change.end - change.first), 0)
    return body
  })
  return [...heads, ...bodies].join('')
}

/** Each with its line end, so that CRLF and a missing last one survive. */
function toLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}

function toChanges(text: string, old: readonly string[], edits: readonly Edit[]): Change[] {
  const starts = startsOf(old)
  const changes: { first: number; end: number; edits: Edit[] }[] = []
  for (const edit of settle(edits)) {
    const first = lineOf(starts, edit.start)
    const end = Math.max(first, lineOf(starts, Math.max(edit.start, edit.end - 1))) + 1
    const last = changes.at(-1)
    if (last !== undefined && first < last.end)
      Object.assign(last, { end: Math.max(end, last.end), edits: [...last.edits, edit] })
    else changes.push({ first, end, edits: [edit] })
  }
  return changes.map((change) => trim(old, toChange(text, starts, change)))
}

function toChange(
  text: string,
  starts: readonly number[],
  { first, end, edits }: { first: number; end: number; edits: readonly Edit[] },
): Change {
  const from = starts[first] ?? text.length
  const moved = edits.map((edit) => ({ start: edit.start - from, end: edit.end - from, text: edit.text }))
  return { first, end, lines: toLines(splice(text.slice(from, starts[end] ?? text.length), moved)) }
}

/** A line that an edit touches may come out as it was. */
function trim(old: readonly string[], { first, end, lines }: Change): Change {
  let head = 0
  while (first + head < end && head < lines.length && old[first + head] === lines[head]) head++
  let tail = 0
  while (
    end - tail > first + head &&
    lines.length - tail > head &&
    old[end - tail - 1] === lines[lines.length - tail - 1]
  )
    tail++
  return { first: first + head, end: end - tail, lines: lines.slice(head, lines.length - tail) }
}

function group(changes: readonly Change[]): Change[][] {
  const hunks: Change[][] = []
  for (const change of changes) {
    const last = hunks.at(-1)
    const before = last?.at(-1)
    if (last !== undefined && before !== undefined && change.first - before.end <= 2 * CONTEXT) last.push(change)
    else hunks.push([change])
  }
  return hunks
}

function formatHunk(old: readonly string[], hunk: readonly Change[], shift: number): string {
  const start = Math.max(0, (hunk[0]?.first ?? 0) - CONTEXT)
  const end = Math.min(old.length, (hunk.at(-1)?.end ?? 0) + CONTEXT)
  const rows: string[] = []
  let at = start
  for (const { first, end: next, lines } of hunk) {
    rows.push(...old.slice(at, first).map(mark(' ')), ...old.slice(first, next).map(mark('-')), ...lines.map(mark('+')))
    at = next
  }
  rows.push(...old.slice(at, end).map(mark(' ')))
  const added = hunk.reduce((sum, { first, end: next, lines }) => sum + lines.length - (next - first), 0)
  return `@@ -${range(start, end - start)} +${range(start + shift, end - start + added)} @@\n${rows.join('')}`
}

function range(start: number, count: number): string {
  return `${count === 0 ? start : start + 1},${count}`
}

function mark(sign: string): (line: string) => string {
  return (line) => (line.endsWith('\n') ? sign + line : `${sign}${line}\n\\ No newline at end of file\n`)
}

function startsOf(lines: readonly string[]): number[] {
  let at = 0
  return lines.map((line) => {
    const start = at
    at += line.length
    return start
  })
}

function lineOf(starts: readonly number[], position: number): number {
  const after = starts.findIndex((start) => start > position)
  return Math.max(0, (after === -1 ? starts.length : after) - 1)
}
