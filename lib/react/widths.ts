/** The widths that a browser may choose from, by the rules of `next/image`. Pure. */

export interface Shown {
  /** Pixels of CSS. */
  readonly width: number | undefined
  /** The attribute; it comes before `width`. */
  readonly sizes: string | undefined
}

/** Both ascending. */
export interface Configured {
  readonly deviceSizes: readonly number[]
  readonly imageSizes: readonly number[]
}

/** `w`: candidates are told apart by their width; `x`: the first is for one device pixel a CSS pixel, the second for two. */
export interface Widths {
  readonly unit: 'w' | 'x'
  readonly values: readonly number[]
}

export function resolveWidths({ width, sizes }: Shown, configured: Configured): Widths {
  if (sizes) return { unit: 'w', values: widthsOfSizes(sizes, configured) }
  if (width === undefined) return { unit: 'w', values: configured.deviceSizes }
  return { unit: 'x', values: widthsOfDensities(width, configured) }
}

/** Enough for `width` on screens of one and of two device pixels a CSS pixel; one width where the same serves both. */
export function widthsOfDensities(width: number, configured: Configured): number[] {
  const all = allWidths(configured)
  const enough = (wanted: number): number => all.find((candidate) => candidate >= wanted) ?? all.at(-1) ?? wanted
  return [...new Set([enough(width), enough(2 * width)])]
}

/** No picture is shown smaller than its smallest share of the smallest screen. */
function widthsOfSizes(sizes: string, configured: Configured): number[] {
  const shares = [...sizes.matchAll(/(?:^|\s)(1?\d{1,2})vw/g)].map(([, percent]) => Number(percent) / 100)
  const smallest = shares.length > 0 ? Math.min(...shares) * (configured.deviceSizes[0] ?? 0) : 0
  return allWidths(configured).filter((width) => width >= smallest)
}

function allWidths({ deviceSizes, imageSizes }: Configured): number[] {
  return [...imageSizes, ...deviceSizes].sort((a, b) => a - b)
}
