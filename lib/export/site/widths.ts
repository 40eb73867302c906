/** Which widths of a picture a page needs. Pure. */
import { toPixels, widestOf } from '../oversized/sizes.js'
import type { Descriptor } from './edit.js'
import type { Tag } from './html.js'
import type { Original } from './originals.js'

export interface Widths {
  readonly widths: readonly number[]
  readonly descriptor: Descriptor
  readonly sizes: string | 'natural' | null
}

/** A `width` below the picture's own says how wide it is shown; any other only says how wide it is. */
export function decideWidths({ attributes }: Tag, { size }: Original, configured: readonly number[]): Widths {
  const sizes = attributes.get('sizes')?.value.trim() || null
  const attribute = attributes.get('width')?.value ?? ''
  const fixed = toPixels(attribute)
  const natural = size?.width ?? null
  if (sizes === null && fixed !== null && fixed < (natural ?? Infinity)) return toFixed(fixed, natural)
  const all = toFluid(natural, configured)
  if (sizes !== null) return { widths: cap(all, widestOf(sizes)), descriptor: { unit: 'w' }, sizes }
  const own = fixed === null ? 'natural' : toSizes(fixed)
  return { widths: all, descriptor: { unit: 'w' }, sizes: attribute.trim().endsWith('%') ? '100vw' : own }
}

/** What a browser does with a picture of that width and no style: no wider than the window. */
export function toSizes(width: number): string {
  return `(max-width: ${width}px) 100vw, ${width}px`
}

function toFixed(width: number, natural: number | null): Widths {
  const double = Math.min(2 * width, natural ?? Infinity, 16_384)
  const widths = [...new Set([Math.min(width, 16_384), double])]
  return { widths, descriptor: { unit: 'x', base: width }, sizes: null }
}

/** The configured ones below the picture's own, and that, as far as any is configured. */
function toFluid(natural: number | null, configured: readonly number[]): readonly number[] {
  if (natural === null) return configured
  const below = configured.filter((width) => width < natural)
  return below.length < configured.length ? [...below, natural] : below
}

/** No more than two pixels for each that can be shown. */
function cap(widths: readonly number[], shown: number | null): readonly number[] {
  if (shown === null) return widths
  const enough = widths.findIndex((width) => width >= 2 * shown)
  return enough === -1 ? widths : widths.slice(0, enough + 1)
}
