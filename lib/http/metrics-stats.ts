/** What engine and cache say about themselves, as metrics. Of an engine that has not started everything is zero. */
import type { OptimizerStats } from '../optimizer/index.js'
import { counter, type Family, gauge, sample } from './metrics-family.js'

type Field<Part extends keyof OptimizerStats> = keyof OptimizerStats[Part] & string

/** The optimizers of one process share its metrics: their numbers are added up. */
export function toStatsFamilies(all: readonly OptimizerStats[]): Family[] {
  const engine = (field: Field<'engine'>) => sum(all.map((stats) => Number(stats.engine[field])))
  const cache = (field: Field<'cache'>) => sum(all.map((stats) => Number(stats.cache[field])))
  // One for the whole process: every engine tells the same.
  const room = (field: Field<'engine'>) => Math.max(0, ...all.map((stats) => Number(stats.engine[field])))
  const one = (value: number) => [sample(value)]
  const tiers = (memory: number, disk: number) => [sample(memory, { tier: 'memory' }), sample(disk, { tier: 'disk' })]

  return [
    gauge('jobs_queued', 'Jobs that wait for a thread, and originals that wait for memory.', one(engine('queued'))),
    gauge('jobs_running', 'Jobs that have a thread.', one(engine('running'))),
    gauge('jobs_waiting', 'The running jobs that wait for memory.', one(engine('waiting'))),
    counter('jobs', 'Jobs by how they ended.', [
      sample(engine('completed'), { outcome: 'completed' }),
      // A panic is counted as a failure by the engine.
      sample(engine('failed') - engine('panicked'), { outcome: 'failed' }),
      sample(engine('panicked'), { outcome: 'panicked' }),
      sample(engine('busy'), { outcome: 'busy' }),
      sample(engine('cancelled'), { outcome: 'cancelled' }),
    ]),
    gauge('room_processes', 'Processes of the locked room, which decode AVIF.', one(room('roomProcesses'))),
    counter('room_starts', 'Such processes that were started.', one(room('roomStarted'))),
    counter('room_deaths', 'Such processes that died, or had to be ended, with their job.', one(room('roomDied'))),
    gauge(
      'avif_encoder_info',
      'Always 1; the labels say what makes AVIF of photographs, and of graphics.',
      encoders(all),
    ),
    gauge('worker_threads', 'Threads that work on jobs.', one(engine('threads'))),
    gauge('memory_budget_bytes', 'What jobs and originals may take together.', one(engine('budgetBytes'))),
    gauge('memory_lent_bytes', 'What they have borrowed of the budget.', one(engine('lentBytes'))),
    gauge('memory_held_bytes', 'The lent bytes of originals outside of jobs.', one(engine('heldBytes'))),
    gauge('memory_peak_lent_bytes', 'The most that was lent since the start.', one(engine('peakLentBytes'))),
    gauge('memory_retained_bytes', 'Buffers kept for the next job.', one(engine('retainedBytes'))),
    gauge('cache_bytes', 'Bytes of the entries by tier.', tiers(cache('memoryBytes'), cache('diskBytes'))),
    gauge(
      'cache_memory_limit_bytes',
      'What entries in memory may take, beside the budget.',
      one(cache('maxMemoryBytes')),
    ),
    gauge('cache_entries', 'Entries by tier.', tiers(cache('memoryEntries'), cache('diskEntries'))),
    counter('cache_writes', 'Entries written to the disk.', one(cache('writes'))),
    counter('cache_skipped_writes', 'Entries not written: too much waited to be.', one(cache('skippedWrites'))),
    counter('cache_evictions', 'Entries removed to make room.', one(cache('evictions'))),
    counter('cache_damaged', 'Entry files that failed their checksum.', one(cache('damaged'))),
    gauge('cache_degraded', '1 while the disk refuses and memory serves alone.', one(Math.min(cache('degraded'), 1))),
  ]
}

/** One for the whole process; nothing while no engine has started. */
function encoders(all: readonly OptimizerStats[]) {
  const labels = all.map(({ engine }) => ({ encoder: engine.avifEncoder, graphics: engine.avifGraphicsEncoder }))
  return labels.slice(0, 1).map((label) => sample(1, label))
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
