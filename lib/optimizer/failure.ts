/** Errors to answers: the one table of statuses. Everything else throws what happened and knows no status. */
import { type ErrorCode, isPixmillError } from '../errors.js'
import { REFUSALS, Refusal } from '../request/index.js'

export interface Failure {
  readonly status: number
  readonly message: string
  /** Seconds after which the client may try again. */
  readonly retryAfter?: number
  /** Whether it is our operator's concern. */
  readonly isLogged: boolean
}

/**
 * What the engine's errors become, where no original can stand in (see `isReplaceable`).
 * `ERR_LIMIT`: not even the original fits into what may be held.
 */
const BY_CODE: Readonly<Record<ErrorCode, Failure>> = {
  ERR_INPUT: { status: 400, message: REFUSALS.notAnImage, isLogged: true },
  ERR_UNSUPPORTED: { status: 400, message: REFUSALS.notAnImage, isLogged: true },
  ERR_LIMIT: { status: 413, message: REFUSALS.invalidUpstream, isLogged: true },
  ERR_BUSY: { status: 503, message: 'The image optimizer is busy', retryAfter: 1, isLogged: false },
  ERR_CANCELLED: { status: 503, message: 'The image optimizer is busy', retryAfter: 1, isLogged: false },
  ERR_OPTION: { status: 500, message: 'Internal Server Error', isLogged: true },
  ERR_INTERNAL: { status: 500, message: 'Internal Server Error', isLogged: true },
}

const UNKNOWN: Failure = { status: 500, message: 'Internal Server Error', isLogged: true }

export function toFailure(error: unknown): Failure {
  if (error instanceof Refusal) return { status: error.status, message: error.message, isLogged: true }
  return isPixmillError(error) ? (BY_CODE[error.code] ?? UNKNOWN) : UNKNOWN
}

/**
 * Whether the original may be sent in place of a variant that could not be made, as Next does: also for a bomb, whose few bytes are within
 * `maximumResponseBody` and are never decoded here. Not when we are only busy.
 */
export function isReplaceable(error: unknown): boolean {
  return isPixmillError(error) && error.code !== 'ERR_BUSY' && error.code !== 'ERR_CANCELLED'
}

/** Failures that the same bytes repeat for ever, so that trying again is of no use. A lack of memory depends on the day and on the budget. */
export function isLasting(error: unknown): boolean {
  if (!isPixmillError(error)) return false
  return error.code === 'ERR_UNSUPPORTED' || (error.code === 'ERR_LIMIT' && error.subject !== 'memory')
}
