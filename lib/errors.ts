/** The one error class of the package. Knows no HTTP; statuses are decided in `http`. */

export type ErrorCode =
  | 'ERR_INPUT'
  | 'ERR_UNSUPPORTED'
  | 'ERR_LIMIT'
  | 'ERR_OPTION'
  | 'ERR_BUSY'
  | 'ERR_CANCELLED'
  | 'ERR_INTERNAL'

/** What was wrong, in three parts: `Expected {expected} for {subject} but received {received}`. */
export interface Complaint {
  readonly code: ErrorCode
  readonly subject: string
  readonly expected: string
  readonly received: string
}

/** A failure with a stable `code` and the parts of its sentence. */
export class PixmillError extends Error implements Complaint {
  readonly code: ErrorCode
  readonly subject: string
  readonly expected: string
  readonly received: string

  constructor({ code, subject, expected, received }: Complaint, options?: ErrorOptions) {
    super(`Expected ${expected} for ${subject} but received ${received}`, options)
    this.name = 'PixmillError'
    this.code = code
    this.subject = subject
    this.expected = expected
    this.received = received
  }
}

/** Whether `error` is ours, also across two loaded copies of the package. */
export function isPixmillError(error: unknown): error is PixmillError {
  return error instanceof Error && error.name === 'PixmillError' && 'code' in error
}

/** An `ERR_OPTION` that shows the value and its type. */
export function optionError(subject: string, expected: string, value: unknown): PixmillError {
  return new PixmillError({ code: 'ERR_OPTION', subject, expected, received: describe(value) })
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (typeof value === 'string') return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value)
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  const name = typeof value === 'object' ? value.constructor?.name : undefined
  return `a value of type ${name ?? typeof value}`
}
