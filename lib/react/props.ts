/** The props of `<Picture>`: what they are, and what they come to. Pure, but for the settings of the loader. */
import type { ComponentPropsWithRef, CSSProperties } from 'react'
import { loaderSettings } from '../next/loader.js'
import type { Asked, PictureFormat } from './candidates.js'
import { resolveWidths } from './widths.js'

/** What `import hero from './hero.jpg'` gives. */
export interface StaticPicture {
  readonly src: string
  readonly width: number
  readonly height: number
  readonly blurDataURL?: string | undefined
}

export type PictureSource = string | StaticPicture | { readonly default: StaticPicture }

type Own = 'src' | 'srcSet' | 'alt' | 'width' | 'height' | 'color'

/** Those of `next/image`, and `formats`; all others go to the `<img>`. */
export interface PictureProps extends Omit<ComponentPropsWithRef<'img'>, Own> {
  readonly src: PictureSource
  readonly alt: string
  /** Pixels of CSS. A static import brings them. */
  readonly width?: number | `${number}` | undefined
  readonly height?: number | `${number}` | undefined
  /** Fills the nearest positioned element around it, instead of `width` and `height`. */
  readonly fill?: boolean | undefined
  /** 1 to 100, default 75; the nearest of `images.qualities`. */
  readonly quality?: number | `${number}` | undefined
  /** Fetched before the browser lays the page out. Only for what is seen first. */
  readonly preload?: boolean | undefined
  /** The older name of `preload`. */
  readonly priority?: boolean | undefined
  /** What is seen until the picture is there. Default `empty`. */
  readonly placeholder?: 'blur' | 'color' | 'empty' | undefined
  /** For `blur`. A static import brings it, or `getImage` makes it. */
  readonly blurDataURL?: string | undefined
  /** For `color`, as `getImage` returns it. */
  readonly color?: string | undefined
  /** Takes no part: here so that all that `getImage` returns can be spread. */
  readonly thumbhash?: string | undefined
  /** Static export: offered in this order, before the source's own format. Default AVIF, WebP. */
  readonly formats?: readonly PictureFormat[] | undefined
  /** The source as it is. */
  readonly unoptimized?: boolean | undefined
}

/** What is shown, apart from attributes. */
export interface Resolved extends Asked {
  readonly width: number | undefined
  readonly height: number | undefined
  readonly sizes: string | undefined
  readonly blurDataURL: string | undefined
}

export function resolveProps(props: PictureProps): Resolved {
  const imported = toStatic(props.src)
  const { width, height } = props.fill ? NO_SIDES : resolveSides(props, imported)
  const widths = resolveWidths({ width, sizes: props.sizes }, loaderSettings)
  return {
    src: imported?.src ?? (props.src as string),
    quality: toNumber(props.quality),
    widths,
    width,
    height,
    // Without it a browser takes a `w` candidate for as wide as the screen too; written out, people and the exporter see it.
    sizes: props.sizes || (widths.unit === 'w' ? '100vw' : undefined),
    blurDataURL: props.blurDataURL ?? imported?.blurDataURL,
  }
}

export const isPreloaded = ({ preload, priority }: PictureProps): boolean => Boolean(preload ?? priority)

export function toStatic(src: PictureSource): StaticPicture | undefined {
  if (typeof src !== 'object' || src === null) return undefined
  return 'default' in src ? src.default : src
}

interface Sides {
  readonly width: number | undefined
  readonly height: number | undefined
}

const NO_SIDES: Sides = { width: undefined, height: undefined }

/** One side of a static import gives the other. */
function resolveSides(props: PictureProps, imported: StaticPicture | undefined): Sides {
  const width = toNumber(props.width)
  const height = toNumber(props.height)
  if (imported === undefined || (width !== undefined && height !== undefined)) return { width, height }
  if (width !== undefined) return { width, height: Math.round((width * imported.height) / imported.width) }
  if (height !== undefined) return { width: Math.round((height * imported.width) / imported.height), height }
  return { width: imported.width, height: imported.height }
}

function toNumber(value: number | string | undefined): number | undefined {
  const number = Number(value ?? Number.NaN)
  return Number.isFinite(number) ? number : undefined
}

const FILLING: CSSProperties = { position: 'absolute', inset: 0, width: '100%', height: '100%' }

export function toStyle({ fill, style }: PictureProps, background: CSSProperties): CSSProperties {
  return { ...(fill ? FILLING : {}), ...background, ...style }
}
