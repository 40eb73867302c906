/** The order of a bench run: which engine does what when. Measures nothing itself. */
import type { Contender } from './contender.js'
import type { BenchFormat, EngineName, Measured, Task } from './engine.js'
import type { Picture } from './pictures.js'

export interface DuelOptions {
  readonly widths: readonly number[]
  readonly formats: readonly BenchFormat[]
  readonly quality: number
  readonly runs: number
}

/** One engine, one variant, one run. */
export interface Sample extends Measured, Task {
  readonly engine: EngineName
  readonly run: number
}

export interface Failure extends Task {
  readonly engine: EngineName
  readonly error: string
}

export interface Outcome {
  readonly samples: readonly Sample[]
  readonly failures: readonly Failure[]
}

/**
 * Pair by pair, so that whatever else the machine does meets both engines alike; who begins changes from run to run. `onTask` hears of each
 * variant before it starts.
 */
export async function runDuel(
  contenders: readonly Contender[],
  pictures: readonly Picture[],
  options: DuelOptions,
  onTask: (task: Task, done: number, total: number) => void,
): Promise<Outcome> {
  const outcome = { samples: [] as Sample[], failures: [] as Failure[] }
  const rounds = listRounds(pictures, options)
  const total = rounds.flat().length
  let done = 0
  for (const round of rounds) {
    await prepare(contenders, round)
    for (const task of round) {
      onTask(task, done++, total)
      await runTask(contenders, task, options.runs, outcome)
    }
  }
  return outcome
}

async function runTask(
  contenders: readonly Contender[],
  task: Task,
  runs: number,
  { samples, failures }: { samples: Sample[]; failures: Failure[] },
): Promise<void> {
  const failed = new Set<Contender>()
  for (let run = 0; run < runs; run += 1) {
    for (const contender of inTurn(contenders, run)) {
      if (failed.has(contender)) continue
      const result = await contender.perform(task)
      if (!('error' in result)) samples.push({ ...task, engine: contender.name, run, ...result })
      else {
        failed.add(contender)
        failures.push({ ...task, engine: contender.name, error: result.error })
      }
    }
  }
}

/** A round is a row of the table: one format and width, all pictures. */
function listRounds(pictures: readonly Picture[], { formats, widths, quality }: DuelOptions): Task[][] {
  return formats.flatMap((format) =>
    widths.map((width) => pictures.map(({ path }) => ({ path, format, width, quality }))),
  )
}

/** New processes, so that the peak of a row is its own; and one task before the clock, since the first use of an encoder is no one's speed. */
async function prepare(contenders: readonly Contender[], [first]: readonly Task[]): Promise<void> {
  for (const contender of contenders) {
    await contender.renew()
    if (first !== undefined) await contender.perform(first)
  }
}

function inTurn(contenders: readonly Contender[], run: number): readonly Contender[] {
  return run % 2 === 0 ? contenders : [...contenders].reverse()
}
