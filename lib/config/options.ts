/** The options of `withPixmill`: names, checks, defaults and environment variables in one table. Never reads the environment itself. */
import { isAbsolute, resolve } from 'node:path'
import { optionError } from '../errors.js'
import { parseBytes } from './bytes.js'
import { type Check, flag, integer, json, list, names, oneOf, text } from './check.js'

export interface TagRule {
  readonly pattern: string
  readonly tag: string
}

/** The second argument of `withPixmill`. */
export interface PixmillOptions {
  /** The memory promise: bytes, or a text such as `'256mb'`. Default: a quarter of the container's memory, at most 512 MB. */
  readonly memory?: number | string
  /** Worker threads. Default: the processors that the container may use. */
  readonly threads?: number
  /** Where entries lie. Default: `<distDir>/cache/pixmill`. */
  readonly cacheDir?: string
  /** `api`: the hook-free variant, one file in `pages/api`. Default `hook`. */
  readonly endpoint?: 'hook' | 'api'
  /** A separate pixmill service that the loader points to. */
  readonly url?: string
  /** Only the shared cache, under Next's own optimizer. */
  readonly cacheHandler?: boolean
  /** Request headers that a source made by the application may see. Such pictures are kept by the values of these headers, and by no other cache. */
  readonly forwardHeaders?: readonly string[]
  /** Names for purging: `pattern` is a glob for the source without its query. */
  readonly tags?: readonly TagRule[]
  /** Static export: the format of the files. `negotiated`: AVIF and WebP beside each other, and the web server chooses. Default `webp`. */
  readonly exportFormat?: 'webp' | 'avif' | 'jpeg' | 'negotiated'
  /**
   * Static export: sources that only client code renders, as it names them. They get all configured widths; those that were found in the scripts
   * do then not.
   */
  readonly include?: readonly string[]
  /** Static export: one bad picture fails the build. */
  readonly strict?: boolean
  readonly svg?: 'refuse' | 'sanitize'
  /** AVIF twice: at once, and smaller when the machine is idle and the picture was asked for again. */
  readonly twoPhase?: boolean
  /** With `twoPhase`: seconds that a client keeps the first AVIF of a static import, which it would keep for ten years else. Default 60. */
  readonly firstMaxAge?: number
}

/** All options with their defaults. `null`: nothing was asked for. */
export interface ResolvedOptions {
  readonly memory: number | null
  readonly threads: number | null
  readonly cacheDir: string
  readonly endpoint: 'hook' | 'api'
  readonly url: string | null
  readonly cacheHandler: boolean
  readonly forwardHeaders: readonly string[]
  readonly tags: readonly TagRule[]
  readonly exportFormat: 'webp' | 'avif' | 'jpeg' | 'negotiated'
  /** `null`: the scripts are searched. */
  readonly include: readonly string[] | null
  readonly strict: boolean
  readonly svg: 'refuse' | 'sanitize'
  readonly twoPhase: boolean
  readonly firstMaxAge: number
}

export type Environment = Readonly<Record<string, string | undefined>>

interface Row<T> {
  readonly check: Check<T>
  readonly fallback: T
  /** Where a server reads it: the same image of a container then serves all environments. */
  readonly env?: string
}

const absoluteUrl: Check<string> = (value, name) => {
  if (typeof value !== 'string' || !/^https?:\/\//i.test(value) || !URL.canParse(value)) {
    throw optionError(name, 'an http or https URL', value)
  }
  return value
}

const tagRule: Check<TagRule> = (value, name) => {
  if (typeof value !== 'object' || value === null) throw optionError(name, 'an object { pattern, tag }', value)
  const { pattern, tag } = value as Record<string, unknown>
  return Object.freeze({ pattern: text(pattern, `${name}.pattern`), tag: text(tag, `${name}.tag`) })
}

/** What a connection is about, or what is asked for, is not the visitor's to say. */
const OWN_HEADERS =
  /^(?:accept|accept-encoding|connection|content-.*|expect|host|if-.*|keep-alive|proxy-.*|range|te|trailer|transfer-encoding|upgrade|x-pixmill-.*)$/

const headerNames: Check<readonly string[]> = (value, name) =>
  Object.freeze([...new Set(names(value, name).map((header) => headerName(header.toLowerCase(), name)))])

function headerName(header: string, name: string): string {
  if (!/^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(header)) throw optionError(name, 'names of request headers', header)
  if (OWN_HEADERS.test(header)) throw optionError(name, 'headers that say who asks, such as cookie', header)
  return header
}

type Table = { readonly [Name in keyof ResolvedOptions]: Row<ResolvedOptions[Name]> }

const createTable = (cacheDir: string): Table => ({
  memory: { check: (value, name) => parseBytes(value as string, name), fallback: null, env: 'PIXMILL_MEMORY' },
  threads: { check: integer(1, 256), fallback: null, env: 'PIXMILL_THREADS' },
  cacheDir: { check: text, fallback: cacheDir, env: 'PIXMILL_CACHE_DIR' },
  endpoint: { check: oneOf('hook', 'api'), fallback: 'hook' },
  url: { check: absoluteUrl, fallback: null },
  cacheHandler: { check: flag, fallback: false },
  forwardHeaders: { check: headerNames, fallback: Object.freeze([]), env: 'PIXMILL_FORWARD_HEADERS' },
  tags: { check: json(list(tagRule)), fallback: Object.freeze([]), env: 'PIXMILL_TAGS' },
  exportFormat: { check: oneOf('webp', 'avif', 'jpeg', 'negotiated'), fallback: 'webp' },
  include: { check: list(text), fallback: null },
  strict: { check: flag, fallback: false },
  svg: { check: oneOf('refuse', 'sanitize'), fallback: 'refuse', env: 'PIXMILL_SVG' },
  twoPhase: { check: flag, fallback: false, env: 'PIXMILL_TWO_PHASE' },
  firstMaxAge: { check: integer(0), fallback: 60, env: 'PIXMILL_FIRST_MAX_AGE' },
})

/** Accepted and checked, but nothing acts on them yet. A later version takes its names off this list. */
const IDLE = ['cacheHandler', 'svg'] as const

/** The options that were set and have no effect: whoever set them must be told. */
export function findIdleOptions(options: ResolvedOptions): string[] {
  const table = createTable('')
  return IDLE.filter((name) => JSON.stringify(options[name]) !== JSON.stringify(table[name].fallback))
}

/** The environment wins: it is set where the server runs, the option where the app was built. Relative paths are under `root`. */
export function resolveOptions(options: unknown, env: Environment, root: string, distDir: string): ResolvedOptions {
  const given = toRecord(options)
  const table: Record<string, Row<unknown>> = createTable(resolve(distDir, 'cache', 'pixmill'))
  refuseUnknown(given, Object.keys(table))
  const resolved = Object.fromEntries(
    Object.entries(table).map(([name, row]) => [name, resolveRow(name, row, given[name], env)]),
  )
  const { cacheDir } = resolved as unknown as ResolvedOptions
  return Object.freeze({
    ...resolved,
    cacheDir: isAbsolute(cacheDir) ? cacheDir : resolve(root, cacheDir),
  }) as ResolvedOptions
}

function resolveRow(
  name: string,
  { check, fallback, env }: Row<unknown>,
  value: unknown,
  environment: Environment,
): unknown {
  const fromEnv = env === undefined ? undefined : environment[env]
  if (env !== undefined && fromEnv !== undefined && fromEnv !== '') return check(fromEnv, env)
  return value === undefined || value === null ? fallback : check(value, name)
}

function toRecord(options: unknown): Record<string, unknown> {
  if (options === undefined || options === null) return {}
  if (typeof options !== 'object' || Array.isArray(options))
    throw optionError('the options of pixmill', 'an object', options)
  return options as Record<string, unknown>
}

function refuseUnknown(given: Record<string, unknown>, known: readonly string[]): void {
  const stranger = Object.keys(given).find((name) => !known.includes(name))
  if (stranger !== undefined) throw optionError('an option of pixmill', `one of ${known.join(', ')}`, stranger)
}
