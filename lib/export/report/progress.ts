/** Progress as text: one line for a terminal, as wide as it may be, or one for a log. Pure; the clock is the caller's. */
import type { Progress } from '../outcome.js'
import { formatBytes } from './bytes.js'
import { countColumns, cutName } from './name.js'

const BAR = 20
const GAP = '  '
/** Before that the rate says little: the first pictures wait for threads to start. */
const QUIET_MS = 1_000
/** A name with less room than this says nothing. */
const LEAST_NAME = 16

/** At most `columns` wide: what does not fit is left out. */
export function formatLine(progress: Progress, elapsedMs: number, columns: number): string {
  const parts = [formatBar(progress), formatPictures(progress), formatSaved(progress), formatRest(progress, elapsedMs)]
  const line = parts.filter((part) => part !== '').reduce((before, part) => append(before, part, columns), '')
  const room = columns - countColumns(line) - GAP.length
  return room < LEAST_NAME ? line : `${line}${GAP}${cutName(progress.source, room)}`
}

export function formatStep(progress: Progress): string {
  return [formatPictures(progress), formatSaved(progress)].filter((part) => part !== '').join(', ')
}

function append(line: string, part: string, columns: number): string {
  const longer = line === '' ? part : `${line}${GAP}${part}`
  return countColumns(longer) <= columns ? longer : line
}

function formatPictures({ done, total }: Progress): string {
  return `${String(done).padStart(String(total).length)}/${total} pictures`
}

function formatBar({ done, total }: Progress): string {
  const full = total === 0 ? BAR : Math.min(Math.floor((done / total) * BAR), BAR)
  return `[${'#'.repeat(full)}${'-'.repeat(BAR - full)}]`
}

/** Over all variants: each stands for one download of the original. */
function formatSaved({ originalBytes, bytes }: Progress): string {
  if (originalBytes === 0) return ''
  const saved = originalBytes - bytes
  const percent = Math.round((Math.abs(saved) / originalBytes) * 100)
  return `${saved < 0 ? 'added' : 'saved'} ${formatBytes(Math.abs(saved))} (${percent} %)`
}

function formatRest({ done, total }: Progress, elapsedMs: number): string {
  if (done === 0 || done >= total || elapsedMs < QUIET_MS) return ''
  return `ETA ${formatDuration(Math.ceil(((elapsedMs / done) * (total - done)) / 1000))}`
}

function formatDuration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`
}
