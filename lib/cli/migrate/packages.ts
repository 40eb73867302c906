/** The modules that are replaced, and by what. Knows no syntax. */
import { OPTIMIZE_IMAGES, OPTIMIZER } from '../../next/foreign-config.js'

/** A component of another package, and the one that takes its place. */
export interface Replacement {
  readonly module: 'next/image' | 'pixmill/react'
  /** What the new module exports it as; the old ones export theirs as default. */
  readonly exported: 'default' | 'Picture'
  /** It has the props of `next/legacy/image`. */
  readonly isLegacy: boolean
  /** It takes `basePath`, and paths without a slash in front. */
  readonly isOptimizers: boolean
  /** Names that say where the component is from; any other is the user's own and stays. */
  readonly oldNames: readonly string[]
}

const image = { module: 'next/image', exported: 'default', isLegacy: false, isOptimizers: false } as const
const picture = { module: 'pixmill/react', exported: 'Picture', isLegacy: false, isOptimizers: false } as const

const COMPONENTS: Readonly<Record<string, Replacement>> = {
  [OPTIMIZER]: { ...image, isOptimizers: true, oldNames: ['ExportedImage'] },
  [`${OPTIMIZER}/legacy/ExportedImage`]: { ...image, isOptimizers: true, isLegacy: true, oldNames: ['ExportedImage'] },
  [`${OPTIMIZE_IMAGES}/image`]: { ...image, oldNames: [] },
  [`${OPTIMIZE_IMAGES}/legacy/image`]: { ...image, isLegacy: true, oldNames: [] },
  [`${OPTIMIZE_IMAGES}/remote-image`]: { ...image, oldNames: ['RemoteImage'] },
  [`${OPTIMIZE_IMAGES}/picture`]: { ...picture, oldNames: ['Picture'] },
  [`${OPTIMIZE_IMAGES}/remote-picture`]: { ...picture, oldNames: ['RemotePicture'] },
}

/** What the named exports of the old modules are called in `next/image`. */
export const NAMED: Readonly<Record<string, string>> = {
  default: 'default',
  ExportedImageProps: 'ImageProps',
  getOptimizedImageProps: 'getImageProps',
}

export const PACKAGES = [OPTIMIZER, OPTIMIZE_IMAGES] as const

/** The module that wraps a next.config. */
export const CONFIG_MODULE = OPTIMIZE_IMAGES

export function findReplacement(specifier: string): Replacement | undefined {
  const name = specifier.replace(/\.js$/, '')
  return Object.hasOwn(COMPONENTS, name) ? COMPONENTS[name] : undefined
}

/** Whether a specifier is of one of the packages, known module or not. */
export function isForeign(specifier: string): boolean {
  return PACKAGES.some((name) => specifier === name || specifier.startsWith(`${name}/`))
}

/** Before anything is parsed. */
export function mentionsForeign(text: string): boolean {
  return PACKAGES.some((name) => text.includes(name))
}
