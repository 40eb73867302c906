/** `pixmill migrate`: its flags and its help. What moves is loaded when they are read. */
import { optionError } from '../errors.js'
import { type Flag, readFlags } from './flags.js'
import type { Help } from './help.js'
import * as values from './values.js'

const flags = {
  write: { about: 'Change the files (default: show the changes as a diff)', parse: values.parseSwitch },
  json: { about: 'The result as JSON', parse: values.parseSwitch },
} satisfies Record<string, Flag<unknown>>

export const help: Help = {
  usage: 'pixmill migrate [directory] [flags]',
  about:
    'Moves a project over from next-image-export-optimizer or next-export-optimize-images to next/image with pixmill.',
  flags,
  notes: [
    'Changes imports, props, next.config and scripts; says what is left to do by hand.',
    'Needs @babel/parser, and says how to install it where it is missing.',
  ],
}

export async function run(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Promise<number> {
  const { values: given, positionals } = readFlags(flags, argv, env)
  const [directory = '.', surplus] = positionals
  if (surplus !== undefined) throw optionError('pixmill migrate', 'one directory', surplus)
  const project = values.parseDirectory(directory, 'the directory')
  const { move } = await import('./migrate/move.js')
  return move({ project, isWritten: given.write ?? false, isJson: given.json ?? false })
}
