/**
 * One computation per key: whoever asks meanwhile gets the same result. A client that leaves neither ends nor spoils it. Knows nothing of what is
 * computed.
 */

export interface Flights<T> {
  /** The flight of `key`, if one is in the air that began in this generation: what began before a purge must not answer after it. */
  get(key: string, generation: number): Flight<T> | undefined
  /** Starts one. `landing` (storing the result) goes on after the result is there; until it ends, the flight still answers. */
  start(key: string, generation: number, compute: () => Promise<T>, landing: (result: T) => Promise<void>): Flight<T>
  /** Resolves when nothing is in the air. */
  idle(): Promise<void>
}

export interface Flight<T> {
  readonly result: Promise<T>
  readonly hasResult: boolean
  /** Resolves when the result is stored, or there is none. Never rejects. */
  readonly landed: Promise<void>
}

interface Entry<T> extends Flight<T> {
  readonly generation: number
}

export function createFlights<T>(): Flights<T> {
  const flights = new Map<string, Entry<T>>()
  const landings = new Set<Promise<void>>()

  return {
    get(key, generation) {
      const flight = flights.get(key)
      return flight?.generation === generation ? flight : undefined
    },

    start(key, generation, compute, landing) {
      let hasResult = false
      const result = compute().then((value) => {
        hasResult = true
        return value
      })
      // A failure is told through `result`, to everybody who waits.
      const landed = result
        .then(landing, () => {})
        .finally(() => {
          landings.delete(landed)
          if (flights.get(key) === flight) flights.delete(key)
        })
      const flight: Entry<T> = {
        result,
        landed,
        generation,
        get hasResult() {
          return hasResult
        },
      }
      landings.add(landed)
      flights.set(key, flight)
      return flight
    },

    async idle() {
      while (landings.size > 0) await Promise.allSettled(landings)
    },
  }
}
