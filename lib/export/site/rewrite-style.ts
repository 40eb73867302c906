/** `url()` becomes `image-set()`, in a second declaration behind the first, which stays for browsers that do not know it. Pure. */
import { toAssetUrl } from './address.js'
import type { Rendition, StyleEdit } from './edit.js'
import { attribute } from './markup.js'
import { applySplices, type Splice } from './splice.js'
import { type Choices, chooseFormats, type Written } from './written.js'

export interface StyleSplices {
  readonly splices: readonly Splice[]
  readonly files: readonly string[]
  /** Declarations that were answered. */
  readonly count: number
}

/** All edits of one page or sheet: a `style` attribute is replaced as a whole. */
export function rewriteStyles(edits: readonly StyleEdit[], written: Written, text: string): StyleSplices {
  const splices: Splice[] = []
  const answers = edits.map((edit) => ({ edit, ...answer(edit, written, edit.tag === null ? text : styleOf(edit)) }))
  const given = answers.filter(({ splice }) => splice !== null)
  for (const { edit, splice } of given) if (edit.tag === null && splice !== null) splices.push(splice)
  for (const tag of new Set(given.flatMap(({ edit }) => edit.tag ?? []))) {
    const own = given.filter(({ edit }) => edit.tag === tag)
    const { value = '', start = 0, end = 0 } = tag.attributes.get('style') ?? {}
    const changed = applySplices(
      value,
      own.flatMap(({ splice }) => splice ?? []),
    )
    splices.push({ start, end, text: attribute('style', changed).trimStart() })
  }
  return { splices, files: given.flatMap(({ files }) => files), count: given.length }
}

function styleOf({ tag }: StyleEdit): string {
  return tag?.attributes.get('style')?.value ?? ''
}

function answer(edit: StyleEdit, written: Written, text: string): { splice: Splice | null; files: string[] } {
  const files: string[] = []
  const sets = edit.urls.flatMap(({ at, rendition }) => {
    const formats = chooseFormats({ renditions: [rendition], base: edit.base, isKept: true, sizes: null }, written)
    if (formats.length === 0) return []
    files.push(...formats.flatMap(({ choices }) => choices.map(({ file }) => file)))
    const original = text.slice(at.start, at.end)
    const place = { start: at.start - edit.valueStart, end: at.end - edit.valueStart }
    return [{ ...place, text: toImageSet(edit, rendition, formats, original) }]
  })
  if (sets.length === 0) return { splice: null, files }
  const value = applySplices(text.slice(edit.valueStart, edit.end), sets)
  const name = text.slice(edit.start, edit.valueStart)
  return { splice: { start: edit.end, end: edit.end, text: `;${name}${value}` }, files }
}

function toImageSet({ base }: StyleEdit, rendition: Rendition, formats: readonly Choices[], original: string): string {
  const {
    reference,
    original: { size },
  } = rendition
  const entries = formats.flatMap(({ format, choices }) =>
    choices.map(({ file, width }) => {
      const url = toAssetUrl(file, reference, base)
      return `url("${url}")${toResolution(width, size?.width)} type("image/${format}")`
    }),
  )
  return `image-set(${[...entries, `${original} 1x`].join(', ')})`
}

/** A variant that is narrower than the original still measures as much as it: `background-size: auto` goes by that. */
function toResolution(width: number, natural: number | undefined): string {
  return natural === undefined || natural <= width ? ' 1x' : ` ${Number((width / natural).toFixed(4))}x`
}
