/** Any static site: writes the variants of its pictures and, where that is asked for, lets its pages use them. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeManifest } from './manifest.js'
import type { ExportOutcome, RunOutcome, SourceOutcome } from './outcome.js'
import { findOversized } from './oversized.js'
import { type RunOptions, runDemands } from './run.js'
import { findSite, type MissingPicture, rewriteSite, type SiteOptions } from './site/index.js'

export interface SiteExport {
  readonly site: SiteOptions
  readonly isRewritten: boolean
  readonly run: Omit<RunOptions, 'output' | 'folder'>
}

const FOLDER = '_pixmill'

export async function exportSite({ site, isRewritten, run }: SiteExport): Promise<ExportOutcome> {
  const findings = await findSite({ ...site, assets: FOLDER, hasFallback: isRewritten })
  const { output, demands, missing } = findings
  const rendered = await runDemands(demands, { ...run, output, folder: FOLDER })
  const { unused } = isRewritten ? await rewriteSite(findings, rendered) : { unused: [] }
  const kept = await drop(rendered, new Set(unused))
  const sources = [...kept.sources, ...missing.map(toOutcome)]
  return { ...kept, sources, oversized: await findOversized(output, site) }
}

/** What is no smaller than its original, no page got. */
async function drop(outcome: RunOutcome, unused: ReadonlySet<string>): Promise<RunOutcome> {
  if (unused.size === 0) return outcome
  await Promise.all([...unused].map((file) => rm(join(outcome.output, file), { force: true })))
  const sources = outcome.sources.map((source) => ({
    ...source,
    variants: source.variants.filter(({ file }) => !unused.has(file)),
  }))
  await writeManifest(outcome.output, FOLDER, sources)
  return { ...outcome, sources }
}

function toOutcome({ source, reason, pages }: MissingPicture): SourceOutcome {
  const nothing = { bytes: null, hash: null, variants: [], placeholder: null }
  return { source, reason, pages, status: 'missing', isFault: true, ...nothing }
}
