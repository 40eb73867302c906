/** What `getImage` says when it has no answer. Every sentence names the source. */
import { isPixmillError, PixmillError } from '../errors.js'
import { Refusal } from '../request/index.js'

type Parts = Pick<PixmillError, 'code' | 'expected' | 'received'>

export function missingError(root: string): PixmillError {
  return toError({
    code: 'ERR_INPUT',
    expected: `a picture in ${root}/public, or a static import`,
    received: 'no such file',
  })
}

export function notAllowedError(href: string): PixmillError {
  const expected = 'a host that images.remotePatterns of next.config allows'
  return toError({ code: 'ERR_INPUT', expected, received: new URL(href).host })
}

function toError(parts: Parts, cause?: unknown): PixmillError {
  return new PixmillError({ subject: 'a source', ...parts }, cause === undefined ? {} : { cause })
}

/** The same fault, with the source in its sentence. */
export function toImageError(src: string, error: unknown): PixmillError {
  const { code, subject, expected, received } = isPixmillError(error) ? error : toError(explain(error))
  const where = `getImage(${JSON.stringify(src)})`
  const named = subject === 'a source' ? where : `${subject} of ${where}`
  return new PixmillError({ code, subject: named, expected, received }, { cause: error })
}

function explain(error: unknown): Parts {
  if (error instanceof Refusal) {
    return {
      code: 'ERR_INPUT',
      expected: 'an answer with a picture',
      received: `status ${error.status}: ${error.message}`,
    }
  }
  const received = error instanceof Error ? error.message : String(error)
  return { code: 'ERR_INTERNAL', expected: 'a picture that can be read', received }
}
