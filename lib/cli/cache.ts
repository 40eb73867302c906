/** `pixmill cache`: its actions and flags. What acts is loaded when they are read, so that help needs no native addon. */
import { optionError } from '../errors.js'
import { type Flag, missingError, readFlags } from './flags.js'
import type { Help } from './help.js'
import { flags as serve } from './serve/flags.js'
import * as values from './values.js'

const flags = {
  src: { value: 'source', about: 'The variants of this source', isList: true, parse: values.parseSource },
  tag: { value: 'tag', about: 'The variants with this tag', isList: true, parse: values.parseName },
  prefix: { value: 'text', about: 'Of sources that begin so', isList: true, parse: values.parseName },
  root: serve.root,
  'cache-dir': serve['cache-dir'],
  options: serve.options,
  json: { about: 'The result as JSON', parse: values.parseSwitch },
} satisfies Record<string, Flag<unknown>>

export type CacheFlags = ReturnType<typeof readFlags<typeof flags>>['values']

export const help: Help = {
  usage: 'pixmill cache <purge | invalidate | stats> [flags]',
  about:
    'purge deletes variants, invalidate marks them stale, stats counts them.\nServers that run on the directory follow within a second.',
  flags,
  notes: [
    'purge and invalidate take one of --src, --tag and --prefix, several times if need be.',
    'A source is what pages write in src: a path with the base path, or a URL.',
  ],
}

const ACTIONS = ['purge', 'invalidate', 'stats'] as const

export async function run(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Promise<number> {
  const { values: given, positionals } = readFlags(flags, argv, env)
  const action = readAction(positionals)
  const { resolveCacheDir } = await import('./cache/place.js')
  const dir = await resolveCacheDir(given, env)
  if (action === 'stats') return (await import('./cache/stats.js')).printStats(dir, given)
  return (await import('./cache/expire.js')).expire(action, dir, given)
}

function readAction([name, surplus]: readonly string[]): (typeof ACTIONS)[number] {
  const expected = `one of ${ACTIONS.join(', ')}`
  if (name === undefined) throw missingError('pixmill cache', expected)
  if (surplus !== undefined) throw optionError(`pixmill cache ${name}`, 'flags only', surplus)
  const action = ACTIONS.find((candidate) => candidate === name)
  if (action === undefined) throw optionError('pixmill cache', expected, name)
  return action
}
