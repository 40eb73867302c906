/** From samples to rows: medians, ratios, sums. Pure arithmetic. */
import type { Outcome, Sample } from './duel.js'
import type { BenchFormat, EngineName, Measured } from './engine.js'

export type Measure = keyof Measured

export const MEASURES: readonly Measure[] = ['cpuMs', 'wallMs', 'bytes', 'peakBytes']

export interface Figures {
  /** Null where the engine has no result. */
  readonly pixmill: number | null
  readonly sharp: number | null
  /** pixmill / sharp. */
  readonly ratio: number | null
}

/** One format and width; in a sum, null stands for all of them. */
export interface Row extends Readonly<Record<Measure, Figures>> {
  readonly format: BenchFormat | null
  readonly width: number | null
  /** How many variants are compared: those that every engine made. */
  readonly variants: number
}

export interface Summary {
  readonly rows: readonly Row[]
  readonly totals: readonly Row[]
}

/** One variant of one picture: the median of its runs, per engine. */
interface Match {
  readonly format: BenchFormat
  readonly width: number
  readonly engines: Readonly<Partial<Record<EngineName, Measured>>>
}

/** `engines` are those that took part. */
export function summarize({ samples }: Outcome, engines: readonly EngineName[]): Summary {
  const matches = toMatches(samples).filter((match) => engines.every((name) => match.engines[name] !== undefined))
  const formats = unique(samples.map(({ format }) => format))
  const rows = formats.flatMap((format) =>
    unique(samples.map(({ width }) => width)).map((width) => toRow(matches, format, width)),
  )
  const totals = [...(formats.length > 1 ? formats : []), null].map((format) => toTotal(matches, format))
  return { rows, totals }
}

export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b)
  const low = sorted[Math.floor((sorted.length - 1) / 2)]
  const high = sorted[Math.ceil((sorted.length - 1) / 2)]
  return low === undefined || high === undefined ? null : (low + high) / 2
}

/** Each figure is the median over pictures, but for memory: there the picture that needs most decides. */
function toRow(matches: readonly Match[], format: BenchFormat, width: number): Row {
  const ours = matches.filter((match) => match.format === format && match.width === width)
  const figures = toFigures((measure) =>
    measure === 'peakBytes' ? compare(ours, measure, highest) : compareMedians(ours, measure),
  )
  return { format, width, variants: ours.length, ...figures }
}

function toTotal(matches: readonly Match[], format: BenchFormat | null): Row {
  const ours = matches.filter((match) => format === null || match.format === format)
  const figures = toFigures((measure) => compare(ours, measure, measure === 'peakBytes' ? highest : sum))
  return { format, width: null, variants: ours.length, ...figures }
}

function toFigures(compute: (measure: Measure) => Figures): Record<Measure, Figures> {
  return Object.fromEntries(MEASURES.map((measure) => [measure, compute(measure)])) as Record<Measure, Figures>
}

/** The ratio is the median of the ratios: one picture on which the engines differ widely moves no row. */
function compareMedians(matches: readonly Match[], measure: Measure): Figures {
  const ratios = matches.flatMap(({ engines }) => ratio(engines.pixmill?.[measure], engines.sharp?.[measure]) ?? [])
  return { ...compare(matches, measure, median), ratio: median(ratios) }
}

function compare(
  matches: readonly Match[],
  measure: Measure,
  reduce: (values: readonly number[]) => number | null,
): Figures {
  const pixmill = reduce(collect(matches, 'pixmill', measure))
  const sharp = reduce(collect(matches, 'sharp', measure))
  return { pixmill, sharp, ratio: ratio(pixmill, sharp) }
}

function collect(matches: readonly Match[], name: EngineName, measure: Measure): number[] {
  return matches.flatMap(({ engines }) => engines[name]?.[measure] ?? [])
}

function ratio(ours: number | null | undefined, theirs: number | null | undefined): number | null {
  return ours == null || theirs == null || theirs === 0 ? null : ours / theirs
}

function sum(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((total, value) => total + value, 0)
}

function highest(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.max(...values)
}

function toMatches(samples: readonly Sample[]): Match[] {
  const groups = new Map<string, Sample[]>()
  for (const sample of samples) {
    const key = JSON.stringify([sample.format, sample.width, sample.path])
    groups.set(key, [...(groups.get(key) ?? []), sample])
  }
  return [...groups.values()].flatMap(toMatch)
}

function toMatch(group: readonly Sample[]): Match[] {
  const [first] = group
  if (first === undefined) return []
  const names = unique(group.map(({ engine }) => engine))
  const engines = Object.fromEntries(
    names.map((name) => [name, toMedians(group.filter(({ engine }) => engine === name))]),
  )
  return [{ format: first.format, width: first.width, engines }]
}

function toMedians(runs: readonly Sample[]): Measured {
  const entries = MEASURES.map((measure) => [measure, median(runs.map((run) => run[measure])) ?? 0])
  return Object.fromEntries(entries) as unknown as Measured
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)]
}
