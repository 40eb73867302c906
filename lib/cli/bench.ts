/** `pixmill bench`: its flags and its help. What runs is loaded when they are read, so that neither needs the native addon. */
import type { BenchFormat } from './bench/engine.js'
import { type Flag, missingError, readFlags } from './flags.js'
import type { Help } from './help.js'
import * as values from './values.js'

const flags = {
  widths: {
    value: 'list',
    about: 'Pixels (default: 640,1080,1920)',
    parse: values.list(values.integer(1, 16_384)),
  },
  formats: {
    value: 'list',
    about: 'Of avif, webp, jpeg, png (default: webp,avif,jpeg)',
    parse: values.list(values.oneOf<BenchFormat>('avif', 'webp', 'jpeg', 'png')),
  },
  quality: { value: 'n', about: '1 to 100 (default: 75)', parse: values.integer(1, 100) },
  runs: { value: 'n', about: 'Runs of each variant (default: 3)', parse: values.integer(1, 1000) },
  json: { value: 'file', about: 'Write everything there; - is the standard output', parse: values.parseText },
} satisfies Record<string, Flag<unknown>>

export const help: Help = {
  usage: 'pixmill bench <files or folders> [flags]',
  about: 'Runs pictures through pixmill and, where it is installed, through sharp as Next.js 16.4 calls it.',
  flags,
  notes: ['Each engine has a process of its own; they take turns, variant by variant.'],
}

export async function run(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Promise<number> {
  const { values: given, positionals } = readFlags(flags, argv, env)
  if (positionals.length === 0) throw missingError('pixmill bench', 'files or folders')
  const { bench } = await import('./bench/run.js')
  return bench(positionals, {
    widths: given.widths ?? [640, 1080, 1920],
    formats: given.formats ?? ['webp', 'avif', 'jpeg'],
    quality: given.quality ?? 75,
    runs: given.runs ?? 3,
    ...(given.json === undefined ? {} : { json: given.json }),
  })
}
