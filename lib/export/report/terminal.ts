/** What the process knows of its terminal, as the values that a reporter takes. Writes nothing. */

export interface Terminal {
  readonly isTTY: boolean
  /** Letters in a line. */
  readonly columns: number
  readonly colors: boolean
  /** A log that nobody watches: no line is rewritten. */
  readonly ci: boolean
}

export interface TerminalStream {
  readonly isTTY?: boolean
  readonly columns?: number
}

const COLUMNS = 100

/** `progress` is where the line is rewritten, the standard error; `report` where the tables go: a file gets no colors. */
export function resolveTerminal(
  env: Readonly<Record<string, string | undefined>>,
  progress: TerminalStream,
  report: TerminalStream = progress,
): Terminal {
  const isTTY = progress.isTTY === true && env['TERM'] !== 'dumb'
  const ci = !['', '0', 'false'].includes((env['CI'] ?? '').toLowerCase())
  const colors = isTTY && report.isTTY === true && !ci && (env['NO_COLOR'] ?? '') === ''
  return { isTTY, columns: progress.columns || COLUMNS, colors, ci }
}
