/** The names of variants, as the loader writes them into pages. Everything that reads or makes such a name agrees here. */
import { type FileFormat, toExtension, toFileName, toId, toSlug } from '../next/loader.js'

export { toExtension, toFileName, toId, toSlug }

/** `<id>/<slug>-<width>-<quality>` and an extension, if any. */
export const NAME_PATTERN = '([0-9a-z]{11})/([0-9a-z-]{1,40})-(\\d{1,5})-(\\d{1,3})(\\.(?:avif|webp|jpg|png))?'

/** What a name says. */
export interface ParsedName {
  readonly id: string
  readonly slug: string
  readonly width: number
  readonly quality: number
  /** Null: a name without extension, of which there are two files. */
  readonly format: FileFormat | null
}

const NAME = new RegExp(`^${NAME_PATTERN}$`)

/** Null: no name of ours. */
export function parseName(name: string): ParsedName | null {
  const match = NAME.exec(name)
  if (match === null) return null
  const [, id = '', slug = '', width, quality, extension] = match
  const format = extension === undefined ? null : toFormat(extension)
  return { id, slug, width: Number(width), quality: Number(quality), format }
}

/** The formats of the files that stand behind a name without extension. */
export const NEGOTIATED: readonly FileFormat[] = ['avif', 'webp']

function toFormat(extension: string): FileFormat {
  return extension === '.jpg' ? 'jpeg' : (extension.slice(1) as FileFormat)
}
