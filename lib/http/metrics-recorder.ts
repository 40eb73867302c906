/** Counts what an optimizer tells. Plain additions: a hit pays for two of them. Formats nothing. */
import type { Observer } from '../optimizer/observer.js'
import { countersOf, distributionsOf, type Family } from './metrics-family.js'
import { createCount, createDistribution, createSeries, observe } from './metrics-series.js'

export interface Recorder {
  readonly observer: Observer
  families(): Family[]
}

/** A hit takes some 50 microseconds, a large AVIF some seconds. */
const ANSWER_SECONDS = [0.000_1, 0.000_25, 0.000_5, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const WORK_SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

const STEPS = ['queue', 'read', 'decode', 'resize', 'encode'] as const

export function createRecorder(): Recorder {
  const requests = createSeries(['status', 'cache'], createCount)
  const hits = createSeries(['tier'], createCount)
  const seconds = createSeries(['cache'], () => createDistribution(ANSWER_SECONDS))
  const steps = createSeries(['step', 'format'], () => createDistribution(WORK_SECONDS))
  const fetches = createSeries([], () => createDistribution(WORK_SECONDS))
  const responses = createSeries(['class'], createCount)
  const refreshes = createSeries(['outcome'], createCount)
  const phases = createSeries(['outcome'], createCount)
  const savings = createSeries([], createCount)
  const errors = createSeries(['code'], createCount)

  // A rate needs the zero before the first event.
  for (const tier of ['memory', 'disk']) hits.at(tier)
  for (const outcome of ['renewed', 'replaced', 'failed']) refreshes.at(outcome)
  for (const outcome of ['replaced', 'kept', 'failed']) phases.at(outcome)
  savings.at()
  fetches.at()

  const observer: Observer = {
    answered({ status, state, tier, seconds: taken }) {
      const cache = state === null ? 'none' : state.toLowerCase()
      requests.at(String(status), cache).value++
      observe(seconds.at(cache), taken)
      if (tier !== null) hits.at(tier).value++
    },
    encoded(timings, format) {
      for (const step of STEPS) observe(steps.at(step, format), timings[step] / 1000)
    },
    fetched({ seconds: taken, status }) {
      observe(fetches.at(), taken)
      responses.at(toClass(status)).value++
    },
    refreshed: (outcome) => void refreshes.at(outcome).value++,
    improved(outcome, savedBytes) {
      phases.at(outcome).value++
      savings.at().value += savedBytes
    },
    failed: (code) => void errors.at(code).value++,
  }

  const families = () => [
    countersOf('requests', 'Answers by status and by what the cache said: hit, stale, miss, or none.', requests),
    countersOf('cache_hits', 'Variants found, fresh or stale, by tier.', hits),
    distributionsOf('request_duration_seconds', 'From the request to its answer, by what the cache said.', seconds),
    distributionsOf('job_step_duration_seconds', 'Steps of the jobs that made a variant, by output format.', steps),
    distributionsOf('upstream_duration_seconds', 'Fetching a source from another host or from the app.', fetches),
    countersOf('upstream_responses', 'Answers of upstreams by class of status; none: there was no answer.', responses),
    countersOf('refreshes', 'Stale variants after their answer: renewed, replaced, or failed to be.', refreshes),
    countersOf('second_phases', 'AVIF made again when idle: replaced by fewer bytes, kept, or failed to be.', phases),
    countersOf('second_phase_saved_bytes', 'Bytes by which those entries shrank.', savings),
    countersOf('errors', 'Requests without a picture, by code.', errors),
  ]
  return { observer, families }
}

function toClass(status: number | null): string {
  return status === null ? 'none' : `${Math.floor(status / 100)}xx`
}
