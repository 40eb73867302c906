/**
 * What a run says of itself. Progress and problems go to the standard error, the report to the standard output, so that either can be kept
 * alone. Chooses what is said; how it reads is in the files beside it.
 */
import type { ExportOutcome, Progress } from '../outcome.js'
import { toDocument, toFailureDocument, toMessage } from './document.js'
import { createLiveMeter, createStepMeter, type Meter, SILENT } from './meter.js'
import { escapeName } from './name.js'
import { formatOversized } from './oversized.js'
import { createPaint, type Paint } from './paint.js'
import { formatFaults, formatNotes } from './problems.js'
import { formatSavings } from './savings.js'
import { formatSummary } from './summary.js'
import type { Terminal } from './terminal.js'

export type ReportMode = 'auto' | 'quiet' | 'json'

export interface Output {
  write(text: string): unknown
}

export interface ReporterOptions extends Terminal {
  readonly mode: ReportMode
  readonly stdout: Output
  readonly stderr: Output
  /** Milliseconds, of a clock that is not set. */
  readonly now: () => number
}

/** `finish` or `fail` is called once, last. */
export interface Reporter {
  onProgress(progress: Progress): void
  finish(outcome: ExportOutcome): void
  fail(error: unknown): void
}

export function createReporter(options: ReporterOptions): Reporter {
  return options.mode === 'json' ? createJsonReporter(options) : createTextReporter(options)
}

/** Nothing but one document, also when the run fails. */
function createJsonReporter({ stdout }: ReporterOptions): Reporter {
  const write = (document: object) => stdout.write(toText(formatJson(document)))
  return {
    onProgress() {},
    finish: (outcome) => void write(toDocument(outcome)),
    fail: (error) => void write(toFailureDocument(error)),
  }
}

function createTextReporter(options: ReporterOptions): Reporter {
  const { mode, stdout, stderr, columns, colors } = options
  const paint = createPaint(colors)
  const meter = createMeter(options)
  return {
    onProgress: (progress) => meter.show(progress),
    finish(outcome) {
      meter.clear()
      if (mode !== 'quiet') stdout.write(toText(formatReport(outcome, columns, paint)))
      stderr.write(toText(formatFaults(outcome, paint)))
      stdout.write(toText([formatSummary(outcome)]))
    },
    fail(error) {
      meter.clear()
      // Scripts read the first line; the rest of a message would look like another failure.
      stderr.write(`pixmill: ${escapeName(toMessage(error).replace(/\s*\n\s*/g, ' '))}\n`)
    },
  }
}

function createMeter({ mode, stderr, isTTY, ci, columns, now }: ReporterOptions): Meter {
  const write = (text: string) => void stderr.write(text)
  if (mode === 'quiet') return SILENT
  return isTTY && !ci ? createLiveMeter({ write, columns, now }) : createStepMeter({ write })
}

/** Parts with an empty line behind each; quiet leaves them out. */
function formatReport(outcome: ExportOutcome, columns: number, paint: Paint): string[] {
  const parts = [
    formatSavings(outcome, columns, paint),
    formatOversized(outcome.oversized, columns, paint),
    formatNotes(outcome, paint),
  ]
  return parts.filter((part) => part.length > 0).flatMap((part) => [...part, ''])
}

/** What JSON leaves as it is and a terminal obeys becomes an escape, which is the same to a program. */
function formatJson(document: object): string[] {
  return JSON.stringify(document, null, 2).split('\n').map(escapeName)
}

function toText(lines: readonly string[]): string {
  return lines.map((line) => `${line.trimEnd()}\n`).join('')
}
