/**
 * What of an `ImageSet` was really written, and of that what is worth a tag: every file smaller than its original, and no format that is no
 * smaller than a later one. Pure.
 */
import type { RunOutcome, VariantOutcome } from '../outcome.js'
import type { Descriptor, ImageSet, Rendition } from './edit.js'
import type { SiteFormat } from './options.js'
import type { Original } from './originals.js'
import { toOwnFormat } from './renditions.js'

/** One file that a browser may choose. */
export interface Choice {
  readonly file: string
  /** `''`, `2x`, `640w`. */
  readonly descriptor: string
  /** Pixels. */
  readonly width: number
  readonly bytes: number
}

/** The choices of one format. */
export interface Choices {
  readonly format: SiteFormat
  readonly choices: readonly Choice[]
}

/** Files and originals of a run. */
export interface Written {
  readonly variants: ReadonlyMap<string, VariantOutcome>
  /** Bytes of the originals, by source. */
  readonly originals: ReadonlyMap<string, number>
}

export function toWritten({ sources }: RunOutcome): Written {
  const done = sources.filter(({ status }) => status === 'optimized')
  const variants = done.flatMap((source) => source.variants.map((variant) => [variant.file, variant] as const))
  return {
    variants: new Map(variants),
    originals: new Map(done.map(({ source, bytes }) => [source, bytes ?? 0])),
  }
}

/** Formats that may go into a `<source>`, best first. */
export function chooseFormats({ renditions, isKept }: ImageSet, written: Written): Choices[] {
  const formats = renditions[0]?.files.map(({ format }) => format) ?? []
  const own = renditions[0] === undefined ? null : toOwnFormat(renditions[0].original)
  // What the `<img>` itself names last needs no `<source>`, unless every browser could do with it.
  const wanted = formats.filter((format) => format !== own || format === 'webp' || format === 'avif')
  const complete = wanted.flatMap((format) => {
    const choices = renditions.map((rendition) => toChoice(rendition, format, written))
    return choices.includes(null) ? [] : [{ format, choices: isKept ? keep(choices) : distinct(keep(choices)) }]
  })
  return complete.filter(({ choices }, at) =>
    complete.slice(at + 1).every((later) => sum(choices) < sum(later.choices)),
  )
}

/** The format of the original: what is smaller than it. */
export function chooseFallback({ renditions }: ImageSet, written: Written): readonly Choice[] {
  const own = renditions[0] === undefined ? null : toOwnFormat(renditions[0].original)
  if (own === null || own === 'webp') return []
  return distinct(keep(renditions.map((rendition) => toChoice(rendition, own, written))))
}

/** Null: not written, or no gain. */
export function toChoice(rendition: Rendition, format: SiteFormat, written: Written): Choice | null {
  const file = rendition.files.find((each) => each.format === format)?.file ?? ''
  const variant = written.variants.get(file)
  const limit = toBytes(rendition.original, written)
  if (variant?.format !== format || limit === null || variant.bytes >= limit) return null
  const { width, bytes } = variant
  return { file, descriptor: toDescriptor(rendition.descriptor, width), width, bytes }
}

function toBytes({ bytes, source }: Original, { originals }: Written): number | null {
  return bytes ?? originals.get(source) ?? null
}

/** By the pixels that are there, not those that were asked for. */
export function toDescriptor(descriptor: Descriptor, width: number): string {
  if (descriptor.unit === 'text') return descriptor.text
  if (descriptor.unit === 'w') return `${width}w`
  return `${Number((width / descriptor.base).toFixed(3))}x`
}

function keep(choices: readonly (Choice | null)[]): Choice[] {
  return choices.filter((choice) => choice !== null)
}

/** Widths above the picture's own come out the same. */
function distinct(choices: readonly Choice[]): Choice[] {
  return [...new Map(choices.map((choice) => [choice.descriptor, choice])).values()]
}

function sum(choices: readonly Choice[]): number {
  return choices.reduce((total, { bytes }) => total + bytes, 0)
}
