/** A time limit that stands still while we wait for ourselves. */

export interface Deadline {
  readonly signal: AbortSignal
  readonly isOver: boolean
  /** Waits for `start()` without the clock running: memory that others still hold is no fault of the upstream. */
  pauseFor<T>(start: () => Promise<T>): Promise<T>
  /** Must be called, or the timer keeps running. */
  end(): void
}

export function createDeadline(milliseconds: number): Deadline {
  const controller = new AbortController()
  let left = milliseconds
  let startedAt = 0
  let timer: NodeJS.Timeout | undefined

  const run = () => {
    startedAt = performance.now()
    timer = setTimeout(() => controller.abort(new Error(`No answer within ${milliseconds} ms`)), Math.max(left, 1))
  }
  const stop = () => {
    clearTimeout(timer)
    left -= performance.now() - startedAt
  }
  run()

  return {
    signal: controller.signal,
    get isOver() {
      return controller.signal.aborted
    },
    async pauseFor(start) {
      stop()
      try {
        return await start()
      } finally {
        run()
      }
    },
    end: stop,
  }
}
