/** What the boundary adds to a call of the addon: the caller's stack on errors, and `AbortSignal`. */
import * as binding from '../../binding.js'
import { type Complaint, optionError, PixmillError } from '../errors.js'

/** Runs `start` with a token that the signal cancels. */
export function cancellable<T>(
  signal: AbortSignal | undefined,
  start: (cancel: binding.CancelToken | null) => Promise<T>,
  caller: unknown,
): Promise<T> {
  if (signal === undefined) return traced(() => start(null), caller)
  if (!(signal instanceof AbortSignal)) return Promise.reject(optionError('signal', 'an AbortSignal', signal))
  if (signal.aborted) return Promise.reject(signal.reason)
  const cancel = new binding.CancelToken()
  const onAbort = () => cancel.cancel()
  signal.addEventListener('abort', onAbort, { once: true })
  return traced(() => start(cancel), caller)
    .catch((error) => {
      throw signal.aborted && error.code === 'ERR_CANCELLED' ? signal.reason : error
    })
    .finally(() => signal.removeEventListener('abort', onAbort))
}

/** A promise whose rejection is a `PixmillError` with the caller's stack. */
export function traced<T>(start: () => Promise<T>, caller: unknown): Promise<T> {
  const trace: { stack?: string } = {}
  Error.captureStackTrace(trace, caller as (...args: never) => unknown)
  const rethrow = (error: unknown): never => {
    throw toPixmillError(error, trace.stack)
  }
  try {
    return start().catch(rethrow)
  } catch (error) {
    return Promise.reject(toPixmillError(error, trace.stack))
  }
}

export function tracedSync<T>(run: () => T, caller: unknown): T {
  try {
    return run()
  } catch (error) {
    const trace: { stack?: string } = {}
    Error.captureStackTrace(trace, caller as (...args: never) => unknown)
    throw toPixmillError(error, trace.stack)
  }
}

function toPixmillError(error: unknown, stack: string | undefined): unknown {
  if (error instanceof PixmillError || !isComplaint(error)) return error
  const ours = new PixmillError(error)
  const frames = stack?.split('\n').slice(1).join('\n')
  if (frames) ours.stack = `${ours.name}: ${ours.message}\n${frames}`
  return ours
}

function isComplaint(error: unknown): error is Complaint {
  return typeof error === 'object' && error !== null && 'subject' in error && 'expected' in error && 'code' in error
}
