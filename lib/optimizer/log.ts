/** One line per failure, with its source and its cause. Nothing of the client's headers. */

export interface Log {
  /** `status`: what the client was told. */
  failure(href: string, error: unknown, status?: number): void
  warning(text: string): void
}

export function createLog(write: (line: string) => void = (line) => console.error(line)): Log {
  return {
    failure: (href, error, status) =>
      write(`pixmill: ${toOneLine(href)}: ${status === undefined ? '' : `${status} `}${toOneLine(describe(error))}`),
    warning: (text) => write(`pixmill: ${toOneLine(text)}`),
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const own = error.message || error.name
  return error.cause === undefined ? own : `${own} (${describe(error.cause)})`
}

/** A source's name must not write lines of its own. */
function toOneLine(text: string): string {
  return text.replace(/[\0-\x1f\x7f\u2028\u2029]+/g, ' ').slice(0, 2_000)
}
