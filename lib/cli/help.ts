/** The help texts, made from the tables of commands and flags. */
import type { Flags } from './flags.js'

export interface Help {
  readonly usage: string
  readonly about: string
  readonly flags: Flags
  /** Lines below the flags. */
  readonly notes?: readonly string[]
}

export function formatHelp({ usage, about, flags, notes = [] }: Help): string {
  const rows = Object.entries(flags).map(([name, { value, about: text, env }]): [string, string] => [
    `--${name}${value === undefined ? '' : ` <${value}>`}`,
    env === undefined ? text : `${text} [${env.join(', ')}]`,
  ])
  const lines = [...formatRows([...rows, ['--help', 'This text']]), ...(notes.length > 0 ? ['', ...notes] : [])]
  return [`Usage: ${usage}`, '', about, '', ...lines, ''].join('\n')
}

/** Two columns; a long left side gets a line of its own. */
export function formatRows(rows: readonly (readonly [string, string])[]): string[] {
  const width = 26
  return rows.flatMap(([left, right]) =>
    left.length < width ? [`  ${left.padEnd(width)}${right}`] : [`  ${left}`, `  ${' '.repeat(width)}${right}`],
  )
}
