/** Changes to a text by position. Everything outside of them stays as it is. Pure. */

export interface Splice {
  readonly start: number
  /** Equal to `start`: an insertion. */
  readonly end: number
  readonly text: string
}

/** Insertions at one place keep their order. */
export function applySplices(text: string, splices: readonly Splice[]): string {
  const sorted = splices.toSorted((one, other) => one.start - other.start || one.end - other.end)
  const parts: string[] = []
  let at = 0
  for (const { start, end, text: inserted } of sorted) {
    parts.push(text.slice(at, start), inserted)
    at = end
  }
  return parts.join('') + text.slice(at)
}
