/** Where a bench run took place. */
import { availableParallelism, cpus, release, totalmem } from 'node:os'

export interface Machine {
  readonly processor: string
  readonly threads: number
  readonly memoryBytes: number
  readonly platform: string
  readonly node: string
}

export function describeMachine(): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown processor',
    threads: availableParallelism(),
    memoryBytes: totalmem(),
    platform: `${process.platform} ${process.arch} ${release()}`,
    node: process.versions.node,
  }
}
