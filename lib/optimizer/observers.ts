/** Several observers as one. Without any, an event is the walk over an empty list. */
import type { Observer } from './observer.js'

export interface Observers {
  readonly observer: Observer
  observe(observer: Observer): void
}

export function createObservers(): Observers {
  const observers: Observer[] = []
  const tell = (event: (observer: Observer) => void) => {
    for (const observer of observers) event(observer)
  }
  return {
    observer: {
      answered: (event) => tell((observer) => observer.answered(event)),
      encoded: (timings, format) => tell((observer) => observer.encoded(timings, format)),
      fetched: (event) => tell((observer) => observer.fetched(event)),
      refreshed: (outcome) => tell((observer) => observer.refreshed(outcome)),
      improved: (outcome, savedBytes) => tell((observer) => observer.improved(outcome, savedBytes)),
      failed: (code) => tell((observer) => observer.failed(code)),
    },
    observe: (observer) => void observers.push(observer),
  }
}
