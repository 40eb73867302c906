/** Placeholders of files and of static imports. Looks for no file itself. */
import { relative } from 'node:path'
import { isPixmillError } from '../errors.js'
import type { LocalFile } from '../source/index.js'
import { missingError } from './get-image-faults.js'
import type { Once, PlaceholderEngine } from './get-image-placeholders.js'
import type { ImportedImage } from './get-image-source.js'
import type { Known, Store } from './get-image-store.js'

export interface LocalOptions {
  /** Of the project: what is kept holds wherever the project lies. */
  readonly root: string
  readonly store: Store
  readonly engine: () => PlaceholderEngine
  readonly once: Once
}

export interface LocalPlaceholders {
  ofFile(file: LocalFile): Promise<Known>
  /** The bundler writes its files when it likes, and takes formats that are not decoded here. It knows the sides; its blur has the colors. */
  ofImport(imported: ImportedImage, file: LocalFile | null): Promise<Known>
}

const INLINE = /^data:image\/[\w.+-]+;base64,/

export function createLocalPlaceholders({ root, store, engine, once }: LocalOptions): LocalPlaceholders {
  const ofFile = (file: LocalFile): Promise<Known> => {
    const key = JSON.stringify(['file', relative(root, file.path), file.size, file.mtimeMs])
    return once(key, async () => {
      const known = await store.read(key)
      return known ?? store.write(key, { placeholder: await engine().placeholder(file.path) })
    })
  }

  const ofBlur = async ({ width, height, blurDataURL = '' }: ImportedImage): Promise<Known> => {
    const bytes = Buffer.from(blurDataURL.replace(INLINE, ''), 'base64')
    const { placeholder } = await once(blurDataURL, async () => ({ placeholder: await engine().placeholder(bytes) }))
    return { placeholder: { ...placeholder, width, height } }
  }

  return {
    ofFile,
    ofImport: async (imported, file) => {
      const hasBlur = INLINE.test(imported.blurDataURL ?? '')
      if (file === null && !hasBlur) throw missingError(root)
      if (file === null) return ofBlur(imported)
      return ofFile(file).catch((error: unknown) => {
        if (hasBlur && isUnsupported(error)) return ofBlur(imported)
        throw error
      })
    },
  }
}

function isUnsupported(error: unknown): boolean {
  return isPixmillError(error) && error.code === 'ERR_UNSUPPORTED'
}
