/** Static export: from an output to its pictures. */
import { join } from 'node:path'
import type { NextBuild } from './next-build.js'
import { findNextDemands } from './next-demands.js'
import type { ExportOutcome } from './outcome.js'
import { findOversized } from './oversized.js'
import { type RunOptions, runDemands } from './run.js'

export type { NextBuild } from './next-build.js'
export { readNextBuild } from './next-build.js'
export type { ExportOutcome, Progress, SourceOutcome } from './outcome.js'
export { exportSite } from './site-export.js'

/** What a run may be told besides what the project says. */
export type RunSettings = Pick<RunOptions, 'onProgress' | 'signal'> & {
  readonly memory?: number | undefined
  readonly threads?: number | undefined
  /** Absolute. */
  readonly cacheDir?: string | undefined
}

/** Writes the variants that the pages of a Next.js export ask for. */
export async function exportNext({ site, config }: NextBuild, settings: RunSettings): Promise<ExportOutcome> {
  const demands = await findNextDemands(site)
  const { output, folder } = site
  const { options } = config
  const outcome = await runDemands(demands, {
    output,
    folder,
    cacheDir: join(settings.cacheDir ?? options.cacheDir, 'export'),
    memory: settings.memory ?? options.memory,
    threads: settings.threads ?? options.threads,
    onProgress: settings.onProgress,
    signal: settings.signal,
  })
  return { ...outcome, oversized: await findOversized(output, site) }
}
