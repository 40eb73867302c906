/** Every picture that is shipped larger than a page can show, one entry a URL. None is left out, however many there are. */
import type { Oversized } from '../outcome.js'
import { count, formatBytes } from './bytes.js'
import { cutName, formatPages } from './name.js'
import type { Paint } from './paint.js'

interface Group {
  readonly url: string
  readonly shippedWidth: number
  readonly bytes: number
  readonly pages: string[]
  readonly shownWidths: number[]
}

export function formatOversized(oversized: readonly Oversized[], columns: number, paint: Paint): string[] {
  const groups = groupByUrl(oversized)
  if (groups.length === 0) return []
  return [
    paint.bold(
      `Shipped larger than shown, on a screen with two pixels a CSS pixel: ${count(groups.length, 'picture')}`,
    ),
    paint.dim('Right "sizes" or "width" let browsers load less.'),
    ...groups.flatMap((group) => formatGroup(group, columns, paint)),
  ]
}

function groupByUrl(oversized: readonly Oversized[]): Group[] {
  const groups = new Map<string, Group>()
  for (const { url, page, shippedWidth, shownWidth, bytes } of oversized) {
    const group = groups.get(url) ?? { url, shippedWidth, bytes, pages: [], shownWidths: [] }
    if (!group.pages.includes(page)) group.pages.push(page)
    group.shownWidths.push(shownWidth)
    groups.set(url, group)
  }
  return [...groups.values()].sort((a, b) => b.bytes - a.bytes || (a.url < b.url ? -1 : 1))
}

function formatGroup({ url, shippedWidth, shownWidths, bytes, pages }: Group, columns: number, paint: Paint): string[] {
  const figures = `${shippedWidth} px shipped, ${formatRange(shownWidths)} px shown, ${formatBytes(bytes)}`
  return [paint.yellow(cutName(url, columns)), `  ${figures}, ${formatPages(pages, columns - 4)}`]
}

/** Pages may show one file at several widths. */
function formatRange(widths: readonly number[]): string {
  const sorted = [...widths].sort((a, b) => a - b)
  const [least, most] = [sorted[0], sorted.at(-1)].map((width) => Math.round(width ?? 0))
  return least === most ? `${most}` : `${least} to ${most}`
}
