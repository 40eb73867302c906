/** `pixmill serve`: help, and the flags that are read before the server is loaded, so that neither needs the native addon. */
import { optionError } from '../errors.js'
import { readFlags } from './flags.js'
import type { Help } from './help.js'
import { DEFAULT_PORT, flags } from './serve/flags.js'

export const help: Help = {
  usage: 'pixmill serve [flags]',
  about: 'Serves /_next/image, public/ and .next/static of a Next.js project.',
  flags,
  notes: ['In --images an absent key is the default of Next.js, and null is what undefined is in next.config.'],
}

/** Resolves when the server listens. */
export async function run(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Promise<number> {
  const { values: given, positionals } = readFlags(flags, argv, env)
  if (positionals[0] !== undefined) throw optionError('pixmill serve', 'flags only', positionals[0])
  const { startServer } = await import('./serve/start.js')
  await startServer({ port: DEFAULT_PORT, ...given }, env)
  return 0
}
