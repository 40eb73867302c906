/** An error in words, with what caused it, and its code. Pure. */
import { isPixmillError } from '../errors.js'
import { Refusal } from '../request/index.js'
import { withoutSecrets } from './log-source.js'

/** Errors may be each other's causes. */
const MAX_DEPTH = 5

/** From the outermost to the cause of the cause. */
export function describe(error: unknown): string {
  const words: string[] = []
  for (let cause = error, depth = 0; cause !== undefined && depth < MAX_DEPTH; depth++) {
    words.push(toWords(cause))
    cause = cause instanceof Error ? cause.cause : undefined
  }
  return withoutSecrets(words.join(': '))
}

/** Of ours by its code, of the source by its status, of Node by Node's code. */
export function toCode(error: unknown): string {
  if (error instanceof Refusal) return `HTTP_${error.status}`
  if (isPixmillError(error)) return error.code
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
  return typeof code === 'string' ? code : 'ERR_INTERNAL'
}

/** Where it was thrown, without its message. */
export function toFrames(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const lines = (error.stack ?? '').split('\n').map((line) => line.trim())
  return lines.filter((line) => line.startsWith('at ')).join(' ')
}

/** Node's and undici's errors say by their code what their text leaves out. */
function toWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { message, name, code } = error as NodeJS.ErrnoException
  const text = message || name
  return typeof code === 'string' && !isPixmillError(error) && !text.includes(code) ? `${text} (${code})` : text
}
