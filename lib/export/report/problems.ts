/** Every source that was not optimized, with its reason and its pages. Names are whole: they are looked for in the project. */
import type { ExportOutcome, SourceOutcome } from '../outcome.js'
import { cutName, formatPages } from './name.js'
import type { Paint } from './paint.js'

interface Kind {
  readonly meaning: string
  readonly color: keyof Paint
  readonly holds: (source: SourceOutcome) => boolean
}

/** Holes in pages first. */
const FAULTS: readonly Kind[] = [
  { meaning: 'missing, nothing is shipped', color: 'red', holds: ({ status }) => status === 'missing' },
  {
    meaning: 'not optimized, the original is shipped',
    color: 'yellow',
    holds: ({ status, isFault }) => status === 'original' && isFault,
  },
]

/** Such as an animation: right as it is. */
const NOTES: readonly Kind[] = [
  { meaning: 'shipped as it is', color: 'dim', holds: ({ status, isFault }) => status === 'original' && !isFault },
]

export function formatFaults(outcome: ExportOutcome, paint: Paint): string[] {
  return formatKinds(FAULTS, outcome, paint)
}

export function formatNotes(outcome: ExportOutcome, paint: Paint): string[] {
  return formatKinds(NOTES, outcome, paint)
}

function formatKinds(kinds: readonly Kind[], { sources }: ExportOutcome, paint: Paint): string[] {
  return kinds.flatMap(({ meaning, color, holds }) =>
    sources.filter(holds).flatMap((source) => formatProblem(source, paint[color](meaning))),
  )
}

function formatProblem({ source, reason, pages }: SourceOutcome, meaning: string): string[] {
  const details = [reason === null ? '' : cutName(reason), formatPages(pages)].filter((text) => text !== '')
  return [`${meaning}: ${cutName(source)}`, ...details.map((text) => `  ${text}`)]
}
