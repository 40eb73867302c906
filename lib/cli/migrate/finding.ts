/** What is left to a human: where, and what to do there. */
import { lineAt } from './splice.js'

export interface Finding {
  /** Below the project, with `/`. */
  readonly file: string
  /** 1 is the first; null: the file as a whole. */
  readonly line: number | null
  readonly text: string
}

/** A file under the knife. */
export interface Source {
  /** Below the project, with `/`. */
  readonly path: string
  readonly text: string
}

export function findingAt({ path, text }: Source, position: number, what: string): Finding {
  return { file: path, line: lineAt(text, position), text: what }
}
