/** What `getImage` is asked for: its forms, told apart. Pure. */
import { optionError } from '../errors.js'

/** What `import hero from './hero.jpg'` gives. */
export interface ImportedImage {
  readonly src: string
  readonly width: number
  readonly height: number
  readonly blurDataURL?: string | undefined
}

/** A path in `public/`, a remote URL, or a static import. */
export type ImageSource = string | ImportedImage | { readonly default: ImportedImage }

export interface AskedImage {
  /** As the page names it. */
  readonly src: string
  readonly isRemote: boolean
  /** What the bundler knows already. */
  readonly imported: ImportedImage | null
}

export function parseSource(source: ImageSource): AskedImage {
  const imported = toImported(source)
  const src = imported === null ? source : imported.src
  if (typeof src !== 'string' || !/^(?:\/(?!\/)|https?:\/\/)/i.test(src)) throw sourceError(src)
  const isRemote = !src.startsWith('/')
  if (isRemote && !URL.canParse(src)) throw sourceError(src)
  return { src, isRemote, imported }
}

function toImported(source: ImageSource): ImportedImage | null {
  if (typeof source !== 'object' || source === null) return null
  const imported = 'default' in source ? source.default : source
  const { width, height } = imported ?? {}
  if (!isSide(width) || !isSide(height)) throw sourceError(source)
  return imported
}

const isSide = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value > 0

function sourceError(value: unknown): Error {
  return optionError(
    'the source of getImage',
    'a path such as "/hero.jpg", an http or https URL or a static import',
    value,
  )
}
