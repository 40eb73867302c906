/** The run in one line. */
import type { ExportOutcome } from '../outcome.js'
import { count, formatBytes, formatChange } from './bytes.js'
import { computeTotals, type Totals } from './totals.js'

/** `60 pictures, 213 variants (180 made, 33 reused, 4 removed), 48.2 MB -> 12.1 MB (-75 %), 12.3 s, peak 96.4 MB` */
export function formatSummary(outcome: ExportOutcome): string {
  const totals = computeTotals(outcome)
  return [
    count(totals.pictures, 'picture'),
    formatVariants(totals),
    ...formatChanges(totals),
    ...formatFindings(totals),
    formatSeconds(outcome.seconds),
    `peak ${formatBytes(outcome.peakLentBytes)}`,
  ].join(', ')
}

function formatVariants({ variants, made, reused, removed }: Totals): string {
  return `${count(variants, 'variant')} (${made} made, ${reused} reused, ${removed} removed)`
}

function formatChanges({ originalBytes, heaviestBytes }: Totals): string[] {
  if (originalBytes === 0) return []
  return [
    `${formatBytes(originalBytes)} -> ${formatBytes(heaviestBytes)} (${formatChange(originalBytes, heaviestBytes)})`,
  ]
}

/** What a reader of this line alone should look into. */
function formatFindings({ original, missing, oversized }: Totals): string[] {
  const findings: [number, string][] = [
    [original, 'shipped as originals'],
    [missing, 'missing'],
    [oversized, 'larger than shown'],
  ]
  return findings.filter(([amount]) => amount > 0).map(([amount, what]) => `${amount} ${what}`)
}

function formatSeconds(seconds: number): string {
  return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`
}
