/** `pixmill export`: help, and the flags that are read before the exporter is loaded, so that neither needs the native addon. */
import { optionError } from '../errors.js'
import { flags } from './export/flags.js'
import { readFlags } from './flags.js'
import type { Help } from './help.js'

export const help: Help = {
  usage: 'pixmill export [output] [flags]',
  about: 'Writes the pictures of a static export of Next.js, or of any folder with HTML pages.',
  flags,
  notes: [
    'next build calls it by itself where next.config is wrapped with withPixmill and says output: "export".',
    'A folder that is no such export is searched for pictures; with --rewrite its pages show the variants.',
  ],
}

export async function run(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Promise<number> {
  const { values: given, positionals } = readFlags(flags, argv, env)
  if (positionals.length > 1) throw optionError('pixmill export', 'one folder', positionals[1])
  const { runExport } = await import('./export/run.js')
  return runExport(positionals[0], given, env)
}
