/** What goes wrong, a line each: what, of which source, and why. Nothing of a client: no header, no cookie, no query of ours. */
import type { Environment } from '../config/index.js'
import { isPixmillError, optionError } from '../errors.js'
import { Refusal } from '../request/index.js'
import { describe, toCode, toFrames } from './log-cause.js'
import { type Fields, FORMATS, type Level } from './log-line.js'
import { createRepeats, type Schedule } from './log-repeats.js'
import { toLoggedSource } from './log-source.js'

export interface Log {
  /** `status`: what the client was told; absent, where it still got a picture. */
  failure(href: string, error: unknown, status?: number): void
  warning(text: string): void
  /** What nobody caught. `path`: of the request, where there was one. */
  fault(error: unknown, path?: string): void
}

export interface LogOptions {
  /** `PIXMILL_LOG`: `text`, `json` or `silent`. */
  readonly env?: Environment
  readonly write?: (line: string) => void
  readonly schedule?: Schedule
}

export function createLog({ env = {}, write = toStderr, schedule }: LogOptions = {}): Log {
  const format = resolveFormat(env['PIXMILL_LOG'])
  const log = (level: Level, event: string, fields: Fields) => {
    if (format !== null) write(format({ level, event, ...fields }))
  }
  const repeats = createRepeats(schedule)

  return {
    failure(href, error, status) {
      const level = status === undefined || status < 500 ? 'warn' : 'error'
      const fields = { source: toLoggedSource(href), status, code: toCode(error), cause: describe(error) }
      repeats.tell(JSON.stringify([fields]), (repeated) => log(level, toEvent(error), { ...fields, repeated }))
    },
    warning: (text) => log('warn', 'warning', { message: text }),
    fault(error, path) {
      const source = path === undefined ? undefined : toLoggedSource(path)
      log('error', 'uncaught', { source, code: toCode(error), cause: describe(error), stack: toFrames(error) })
    },
  }
}

function toStderr(line: string): void {
  console.error(line)
}

/** An empty variable is how deployments say "not set". */
function resolveFormat(variable = '') {
  const name = variable === '' ? 'text' : variable
  if (!Object.hasOwn(FORMATS, name)) throw optionError('PIXMILL_LOG', `one of ${Object.keys(FORMATS).join(', ')}`, name)
  return FORMATS[name as keyof typeof FORMATS]
}

/** Who is to blame: whoever gave the source, the picture in it, or we. */
function toEvent(error: unknown): string {
  if (error instanceof Refusal) return 'source_failed'
  return isPixmillError(error) && error.code !== 'ERR_INTERNAL' ? 'picture_failed' : 'internal_error'
}
