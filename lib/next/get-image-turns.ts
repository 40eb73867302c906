/** Lets so many pieces of work go on at one time; the others wait in the order in which they came. */

export function createTurns(count: number) {
  const waiting: (() => void)[] = []
  let free = count

  const enter = async (): Promise<void> => {
    if (free > 0) free--
    else await new Promise<void>((resolve) => waiting.push(resolve))
  }

  /** Whoever waits takes the turn over. */
  const leave = (): void => {
    const next = waiting.shift()
    if (next === undefined) free++
    else next()
  }

  return async function takeTurn<T>(work: () => Promise<T>): Promise<T> {
    await enter()
    try {
      return await work()
    } finally {
      leave()
    }
  }
}
