/**
 * One computation per key: whoever asks meanwhile gets the same result. A client that leaves neither ends nor spoils it. Knows nothing of what is
 * computed.
 */

export interface Flights<T> {
  /** The flight of `key`, if one is in the air. */
  get(key: string): Flight<T> | undefined
  /** Starts one. `landing` (storing the result) goes on after the result is there; until it ends, the flight still answers. */
  start(key: string, compute: () => Promise<T>, landing: (result: T) => Promise<void>): Flight<T>
  /** Resolves when nothing is in the air. */
  idle(): Promise<void>
}

export interface Flight<T> {
  readonly result: Promise<T>
  readonly hasResult: boolean
}

export function createFlights<T>(): Flights<T> {
  const flights = new Map<string, Flight<T> & { readonly whole: Promise<void> }>()

  return {
    get: (key) => flights.get(key),

    start(key, compute, landing) {
      let hasResult = false
      const result = compute().then((value) => {
        hasResult = true
        return value
      })
      // A failure is told through `result`, to everybody who waits.
      const whole = result.then(landing, () => {}).finally(() => flights.delete(key))
      const flight = {
        result,
        whole,
        get hasResult() {
          return hasResult
        },
      }
      flights.set(key, flight)
      return flight
    },

    async idle() {
      while (flights.size > 0) await Promise.allSettled([...flights.values()].map(({ whole }) => whole))
    },
  }
}
