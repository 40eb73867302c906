/** The metrics of one process for Prometheus: what its optimizers tell, and what their engines and caches say. Starts no engine to ask it. */
import { liveOptimizers } from '../optimizer/live.js'
import type { Observer } from '../optimizer/observer.js'
import type { Optimizer } from '../optimizer/optimizer.js'
import { gauge, sample } from './metrics-family.js'
import { createRecorder } from './metrics-recorder.js'
import { toStatsFamilies } from './metrics-stats.js'
import { createTextWriter, type MetricsText, type TextWriter } from './metrics-text.js'
import { readVersion } from './version.js'

export interface Metrics extends Observer {
  /** Counts what this optimizer does from now on. Several add up. */
  follow(optimizer: Optimizer): void
  /** What a scrape gets. OpenMetrics where `accept` asks for it. */
  text(accept?: string): Promise<MetricsText>
}

/** @example const metrics = createMetrics(optimizer) */
export function createMetrics(optimizer?: Optimizer): Metrics {
  const { observer, families } = createRecorder()
  const followed = new WeakSet<Optimizer>()
  let writer: Promise<TextWriter> | undefined

  const metrics: Metrics = {
    ...observer,
    follow(another) {
      if (followed.has(another)) return
      followed.add(another)
      another.observe(observer)
    },
    async text(accept) {
      writer ??= createTextWriter()
      const running = [...liveOptimizers<Optimizer>()].filter((live) => followed.has(live))
      const stats = toStatsFamilies(running.map((live) => live.stats()))
      return (await writer).write([toBuildInfo(), ...families(), ...stats], accept)
    },
  }
  if (optimizer !== undefined) metrics.follow(optimizer)
  return metrics
}

function toBuildInfo() {
  return gauge('build_info', 'Always 1; the labels say what runs.', [sample(1, { version: readVersion() })])
}
