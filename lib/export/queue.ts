/** Lets a bounded number of tasks run at a time, in the order of asking. */

export type Enqueue = <T>(work: () => Promise<T>) => Promise<T>

export function createQueue(places: number): Enqueue {
  const waiting: (() => void)[] = []
  let free = places
  const leave = (): void => {
    const next = waiting.shift()
    if (next === undefined) free++
    else next()
  }
  return async (work) => {
    if (free > 0) free--
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      leave()
    }
  }
}
