/** Turns arguments and environment into the typed values of a command's flags. Knows no command. */
import { parseArgs } from 'node:util'
import { optionError, PixmillError } from '../errors.js'

/** One flag of a command. */
export interface Flag<T> {
  /** What the help shows after the name. Absent: a switch, which takes no value. */
  readonly value?: string
  readonly about: string
  /** Environment variables that stand in for the flag, the first that is set. */
  readonly env?: readonly string[]
  /** May be given several times: the value is the list of all. */
  readonly isList?: true
  /** `subject` is the flag or variable that the text came from. */
  readonly parse: (text: string, subject: string) => T
}

export type Flags = Readonly<Record<string, Flag<unknown>>>

export type Values<F extends Flags> = { readonly [Name in keyof F]?: Value<F[Name]> }

type Value<F> = F extends Flag<infer T> ? (F extends { readonly isList: true } ? readonly T[] : T) : never

export interface Arguments<F extends Flags> {
  readonly values: Values<F>
  readonly positionals: readonly string[]
}

type Environment = Readonly<Record<string, string | undefined>>
type Given = readonly [text: string, subject: string]

/** Reads `argv` strictly. A flag beats its variable; of a flag given twice the last counts, unless it is a list. */
export function readFlags<F extends Flags>(flags: F, argv: readonly string[], env: Environment): Arguments<F> {
  const { given, positionals } = readArguments(flags, argv)
  const values: Record<string, unknown> = {}
  for (const [name, flag] of Object.entries(flags)) {
    const sources = given.get(name) ?? readVariable(flag, env)
    const parsed = sources.map((source) => flag.parse(...source))
    if (parsed.length > 0) values[name] = flag.isList ? parsed : parsed.at(-1)
  }
  return { values: values as Values<F>, positionals }
}

/** An `ERR_OPTION` about what is not there. */
export function missingError(subject: string, expected: string): PixmillError {
  return new PixmillError({ code: 'ERR_OPTION', subject, expected, received: 'nothing' })
}

function readArguments(flags: Flags, argv: readonly string[]) {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, { value }]) => [
      name,
      { type: value === undefined ? 'boolean' : 'string' } as const,
    ]),
  )
  // Not strict: its messages are not ours. What it would refuse is refused below.
  const { tokens } = parseArgs({ args: [...argv], options, allowPositionals: true, strict: false, tokens: true })
  const given = new Map<string, Given[]>()
  const positionals: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value)
    if (token.kind === 'option') given.set(token.name, [...(given.get(token.name) ?? []), readOption(flags, token)])
  }
  return { given, positionals }
}

function readOption(
  flags: Flags,
  { name, rawName, value }: { name: string; rawName: string; value: string | undefined },
): Given {
  const flag = Object.hasOwn(flags, name) ? flags[name] : undefined
  if (flag === undefined) throw optionError('a flag', `one of ${listFlags(flags)}`, rawName)
  if (flag.value === undefined) {
    if (value !== undefined) throw optionError(rawName, 'no value', value)
    return ['true', rawName]
  }
  if (value === undefined || isFlag(flags, value)) throw missingError(rawName, `a value <${flag.value}>`)
  return [value, rawName]
}

/** `--root --dev` is a forgotten value, not a directory with that name. */
function isFlag(flags: Flags, text: string): boolean {
  return text.startsWith('--') && Object.hasOwn(flags, text.slice(2))
}

function listFlags(flags: Flags): string {
  return Object.keys(flags)
    .map((name) => `--${name}`)
    .join(', ')
}

/** An empty variable is how deployments say "not set". */
function readVariable(flag: Flag<unknown>, env: Environment): Given[] {
  for (const name of flag.env ?? []) {
    const text = env[name]
    if (text !== undefined && text !== '') return [[text, name]]
  }
  return []
}
