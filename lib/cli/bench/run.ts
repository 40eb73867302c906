/** A bench run from the pictures to the report. Judges nothing; whoever reads the table does. */
import { writeFile } from 'node:fs/promises'
import { optionError } from '../../errors.js'
import { type Contender, createContender } from './contender.js'
import { type DuelOptions, type Outcome, runDuel } from './duel.js'
import type { Task } from './engine.js'
import { describeMachine } from './machine.js'
import { type Found, findPictures } from './pictures.js'
import type { Report } from './report.js'
import { resolveSharp } from './sharp-engine.js'
import { summarize } from './summary.js'
import { formatReport } from './table.js'

export interface BenchOptions extends DuelOptions {
  /** The file that gets the whole report; `-` is the standard output. */
  readonly json?: string
}

/** Resolves to the exit code: 1 when no engine made anything. */
export async function bench(paths: readonly string[], { json, ...options }: BenchOptions): Promise<number> {
  const found = await findPictures(paths)
  if (found.pictures.length === 0)
    throw optionError('pixmill bench', 'a picture that Next.js optimizes', paths.join(' '))
  const report = await compete(found, options)
  await write(report, json)
  return report.samples.length > 0 ? 0 : 1
}

async function compete(found: Found, options: DuelOptions): Promise<Report> {
  const contenders = await createContenders()
  try {
    const outcome = await runDuel(contenders, found.pictures, options, showProgress)
    return toReport(contenders, found, options, outcome)
  } finally {
    for (const contender of contenders) contender.close()
    clearProgress()
  }
}

async function createContenders(): Promise<Contender[]> {
  const sharpPath = resolveSharp(process.cwd())
  const ours = await createContender('pixmill')
  return sharpPath === undefined ? [ours] : [ours, await createContender('sharp', sharpPath)]
}

function toReport(contenders: readonly Contender[], found: Found, options: DuelOptions, outcome: Outcome): Report {
  const [ours, theirs] = contenders.map(({ hello }) => hello)
  return {
    date: new Date().toISOString(),
    machine: describeMachine(),
    versions: { pixmill: ours?.versions ?? {}, sharp: theirs?.versions ?? null },
    peakMemory: contenders.every(({ hello }) => hello.isPeakPerTask) ? 'per variant' : 'since start',
    options,
    ...found,
    ...summarize(
      outcome,
      contenders.map(({ name }) => name),
    ),
    ...outcome,
  }
}

/** JSON on the standard output has it for itself. */
async function write(report: Report, file: string | undefined): Promise<void> {
  const json = `${JSON.stringify(report, null, 2)}\n`
  if (file === '-') {
    process.stderr.write(formatReport(report))
    process.stdout.write(json)
    return
  }
  process.stdout.write(formatReport(report))
  if (file !== undefined) await writeFile(file, json)
}

function showProgress({ format, width, path }: Task, done: number, total: number): void {
  if (process.stderr.isTTY)
    process.stderr.write(`\r\x1b[K${done + 1} of ${total}: ${format} ${width} ${path}`.slice(0, 100))
}

function clearProgress(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
}
