/** Errors of the set-up, each with the way out. */
import { optionError, PixmillError } from '../errors.js'

/** An `ERR_OPTION` about the user's config, followed by what to do. */
export function configError(subject: string, expected: string, value: unknown, wayOut: string): PixmillError {
  return withWayOut(optionError(subject, expected, value), wayOut)
}

/** An `ERR_UNSUPPORTED` about the machine or the mode, followed by what to do. */
export function unsupportedError(subject: string, expected: string, received: string, wayOut: string): PixmillError {
  return withWayOut(new PixmillError({ code: 'ERR_UNSUPPORTED', subject, expected, received }), wayOut)
}

function withWayOut(error: PixmillError, wayOut: string): PixmillError {
  error.message += `. ${wayOut}`
  return error
}
