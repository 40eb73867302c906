/** Chooses the command and turns its failure into one line and an exit code: 2 for wrong arguments, 1 for the rest. */
import { isPixmillError, optionError } from '../errors.js'
import { readVersion } from '../http/version.js'
import { missingError } from './flags.js'
import { formatHelp, formatRows, type Help } from './help.js'

type Environment = Readonly<Record<string, string | undefined>>

interface Command {
  readonly help: Help
  /** Resolves to the exit code. A server resolves when it listens. */
  readonly run: (argv: readonly string[], env: Environment) => Promise<number>
}

interface Entry {
  readonly about: string
  /** Loaded on demand: `bench` needs no server, and help needs neither. */
  readonly load: () => Promise<Command>
}

const COMMANDS: Readonly<Record<string, Entry>> = {
  serve: {
    about: 'Serve the image endpoint, public/ and .next/static',
    load: () => import('./serve.js'),
  },
  export: {
    about: 'Write the pictures of a static export, or of any static site',
    load: () => import('./export.js'),
  },
  cache: {
    about: 'Purge, invalidate or count the variants in a cache directory',
    load: () => import('./cache.js'),
  },
  bench: {
    about: 'Run your pictures through pixmill and through sharp as Next.js calls it',
    load: () => import('./bench.js'),
  },
  migrate: {
    about: 'Move a project over from another exporter of pictures',
    load: () => import('./migrate.js'),
  },
}

export async function run(argv: readonly string[], env: Environment): Promise<number> {
  try {
    return await dispatch(argv, env)
  } catch (error) {
    console.error(`pixmill: ${toLine(error)}`)
    return isPixmillError(error) && error.code === 'ERR_OPTION' ? 2 : 1
  }
}

async function dispatch([name, ...argv]: readonly string[], env: Environment): Promise<number> {
  if (name === '--version' || name === '-v') return print(`${readVersion()}\n`)
  if (name === '--help' || name === '-h' || name === 'help') return print(overview())
  const expected = `one of ${Object.keys(COMMANDS).join(', ')} (see pixmill --help)`
  if (name === undefined) throw missingError('the command', expected)
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (entry === undefined) throw optionError('the command', expected, name)
  const command = await entry.load()
  if (argv.includes('--help') || argv.includes('-h')) return print(formatHelp(command.help))
  return command.run(argv, env)
}

function overview(): string {
  const rows = Object.entries(COMMANDS).map(([name, { about }]) => [name, about] as const)
  const lines = [
    'Usage: pixmill <command> [flags]',
    '',
    ...formatRows(rows),
    ...formatRows([['--version', 'The version']]),
  ]
  return [...lines, '', 'pixmill <command> --help shows the flags of a command.', ''].join('\n')
}

function print(text: string): number {
  process.stdout.write(text)
  return 0
}

/** Scripts read the first line; the rest of a message would look like another failure. */
function toLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.replace(/\s*\n\s*/g, ' ')
}
