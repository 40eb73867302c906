/** The way from a source to its placeholder: decides which one; each does its own work. Knows the engine only by what it needs of it. */
import type { ResolvedConfig } from '../config/index.js'
import type { Permit } from '../native.js'
import { createSources, type Lender } from '../source/index.js'
import { missingError, toImageError } from './get-image-faults.js'
import { createLocalPlaceholders } from './get-image-local.js'
import { createRecall } from './get-image-recall.js'
import { createRemotePlaceholders } from './get-image-remote.js'
import type { AskedImage } from './get-image-source.js'
import { createStore, isCurrent, type Known } from './get-image-store.js'
import { createTurns } from './get-image-turns.js'

/** What an engine tells of a picture. */
export interface Placeholder {
  /** Pixels, as the picture is shown. */
  readonly width: number
  readonly height: number
  /** A few pixels, for `placeholder="blur"`. */
  readonly blurDataURL: string
  /** Base64. */
  readonly thumbhash: string
  /** `#rrggbb`, the dominant one. */
  readonly color: string
}

/** What `getImage` returns. */
export interface PlacedImage extends Placeholder {
  /** As the page names it. */
  readonly src: string
}

export interface PlaceholderEngine extends Lender {
  placeholder(source: Uint8Array | string, options?: object, permit?: Permit): Promise<Placeholder>
}

/** Makes what a key stands for, unless somebody did or does. */
export type Once = (key: string, make: () => Promise<Known>) => Promise<Known>

export interface PlaceholdersOptions {
  readonly config: ResolvedConfig
  /** Called when the first picture must be decoded. */
  readonly engine: () => PlaceholderEngine
  readonly now?: () => number
}

export interface Placeholders {
  place(asked: AskedImage): Promise<PlacedImage>
  /** Ends the connections. */
  close(): Promise<void>
}

/** Pictures that are held or decoded at one time: a page may ask for hundreds at once, and an engine's queue has an end. */
const TURNS = 4

export function createPlaceholders({ config, engine, now = Date.now }: PlaceholdersOptions): Placeholders {
  const sources = createSources(config, { reserve: (bytes) => engine().reserve(bytes) })
  const store = createStore(config.options.cacheDir)
  const recall = createRecall<Known>((known) => isCurrent(known, now()))
  const takeTurn = createTurns(TURNS)
  const once: Once = (key, make) => recall(key, () => takeTurn(make))
  const local = createLocalPlaceholders({ root: config.root, store, engine, once })
  const ofRemote = createRemotePlaceholders({ rules: config.images, sources, store, engine, once, now })

  const look = ({ src, isRemote, imported }: AskedImage): Promise<Known> => {
    const file = sources.findFile(src)
    if (imported !== null) return local.ofImport(imported, file)
    if (file !== null) return local.ofFile(file)
    if (isRemote) return ofRemote(src)
    throw missingError(config.root)
  }

  return {
    place: async (asked) => {
      try {
        return { src: asked.src, ...(await look(asked)).placeholder }
      } catch (error) {
        throw toImageError(asked.src, error)
      }
    },
    close: () => sources.close(),
  }
}
