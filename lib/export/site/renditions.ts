/** The files of a picture: names and formats for its widths. Pure. */
import { toExtension, toFileName, toId, toSlug } from '../names.js'
import type { Descriptor, Rendition, RenditionFile } from './edit.js'
import type { ResolvedSiteOptions, SiteFormat } from './options.js'
import type { Original } from './originals.js'

/** A picture as one place of a page names it. */
export interface Use {
  readonly original: Original
  readonly reference: string
}

export interface Renditions {
  /** In the formats of the options, and the original's where they ask for it. */
  all: (use: Use, widths: readonly number[], descriptor: Descriptor) => Rendition[]
  /** Beside the original, which stays: no format twice. */
  beside: (use: Use, width: number, descriptor: Descriptor) => Rendition
}

export function createRenditions({ assets, quality, formats, hasFallback }: ResolvedSiteOptions): Renditions {
  const toFile = ({ source }: Original, width: number, format: SiteFormat): RenditionFile => ({
    format,
    file: `${assets}/${toId(source)}/${toFileName(toSlug(source), width, quality, toExtension(format))}`,
  })
  const make = (use: Use, width: number, descriptor: Descriptor, wanted: readonly SiteFormat[]): Rendition => ({
    ...use,
    width,
    descriptor,
    files: wanted.map((format) => toFile(use.original, width, format)),
  })
  return {
    all: (use, widths, descriptor) => {
      const own = hasFallback ? toOwnFormat(use.original) : null
      const wanted = own === null || formats.includes(own) ? formats : [...formats, own]
      return widths.map((width) => make(use, width, descriptor, wanted))
    },
    beside: (use, width, descriptor) => {
      const own = toOwnFormat(use.original)
      const wanted = formats.filter((format) => format !== own)
      return make(use, width, descriptor, wanted)
    },
  }
}

/** Of a remote picture, by its name; null where that does not tell. */
export function toOwnFormat({ format, source }: Original): SiteFormat | null {
  if (format !== null) return format
  const ending = /\.(jpe?g|png|webp)$/i.exec(source.split('?', 1)[0] ?? '')?.[1]?.toLowerCase()
  if (ending === undefined) return null
  return ending === 'jpg' || ending === 'jpeg' ? 'jpeg' : (ending as SiteFormat)
}
