/**
 * `getImage`: sides and placeholders of a picture, for Server Components and build scripts. One engine a process, whatever is asked; it starts with
 * the first picture that nobody has looked at before. Renders no variant.
 */
import { resolve } from 'node:path'
import { Engine } from '../native.js'
import { type ImagePatterns, resolveImageConfig } from './get-image-config.js'
import { createPlaceholders, type PlacedImage, type Placeholders } from './get-image-placeholders.js'
import { type ImageSource, parseSource } from './get-image-source.js'

export type { PlacedImage } from './get-image-placeholders.js'
export type { ImageSource, ImportedImage } from './get-image-source.js'

export interface GetImageOptions {
  /** The project's folder, which has `public/`. For scripts: in Next.js it is known. */
  readonly root?: string
  /** Which hosts may be fetched from, as in next.config. For scripts: in Next.js it is known. */
  readonly images?: ImagePatterns
}

/** Enough for the original of one large photograph at a time, beside whatever else a build holds in memory. */
const MEMORY_BYTES = 256 * 1024 ** 2
const THREADS = 2

const createEngine = () => new Engine({ memory: MEMORY_BYTES, threads: THREADS })

/** By folder and patterns; nearly always one. */
const known = new Map<string, Placeholders>()
let engine: Engine | undefined

/**
 * What a page needs to reserve the place of a picture and to fill it until it is loaded. `src` is a path in `public/`, a remote URL or a static
 * import. The answer of a source that has not changed is kept, in memory and on disk.
 *
 * @example
 * const { thumbhash, color, ...hero } = await getImage('/hero.jpg')
 * return <Image {...hero} placeholder="blur" alt="The harbor at dawn" />
 */
export async function getImage(src: ImageSource, options: GetImageOptions = {}): Promise<PlacedImage> {
  const source = parseSource(src)
  return placeholdersOf(options).place(source)
}

function placeholdersOf({ root, images }: GetImageOptions): Placeholders {
  const key = JSON.stringify([root === undefined ? null : resolve(root), images ?? null])
  const own = known.get(key)
  if (own !== undefined) return own
  const made = createPlaceholders({ config: resolveImageConfig({ root, images }), engine: sharedEngine })
  known.set(key, made)
  return made
}

function sharedEngine(): Engine {
  engine ??= createEngine()
  return engine
}
