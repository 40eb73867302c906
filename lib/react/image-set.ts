/** Pictures in CSS: one value with each format and density, from which the browser chooses. Pure, but for the settings of the loader. */
import { loaderSettings, toImageUrl } from '../next/loader.js'
import { formatsToOffer, type PictureFormat } from './candidates.js'
import { toCssUrl } from './css-url.js'
import { type PictureSource, toStatic } from './props.js'
import { widthsOfDensities } from './widths.js'

export interface CssImage {
  /** Pixels of CSS that the picture covers. A static import's own width is the default. */
  readonly width?: number
  /** 1 to 100, default 75; the nearest of `images.qualities`. */
  readonly quality?: number
  /** Static export: offered in this order, before the source's own format. Default AVIF, WebP. */
  readonly formats?: readonly PictureFormat[]
}

/**
 * A value for `background-image`, for screens of one and of two device pixels a CSS pixel.
 *
 * @example <section style={{ backgroundImage: imageSet('/hero.jpg', { width: 1200 }) }}>
 */
export function imageSet(source: PictureSource, { width, quality, formats }: CssImage = {}): string {
  const imported = toStatic(source)
  const src = imported?.src ?? (source as string)
  const shown = width ?? imported?.width
  if (!shown)
    throw new TypeError(`Expected the width in pixels for imageSet(${JSON.stringify(src)}) but received ${shown}`)
  const widths = widthsOfDensities(shown, loaderSettings)
  const toOptions = (format: PictureFormat | 'original'): Option[] =>
    widths.map((pixels, at) => ({ url: toImageUrl({ src, width: pixels, quality, format }), format, density: at + 1 }))
  const own = toOptions('original')
  // The loader gives some sources back as they are: SVG, data.
  if (own[0]?.url === src) return toCssUrl(src)
  return `image-set(${[...formatsToOffer(formats).flatMap(toOptions), ...own].map(toCss).join(', ')})`
}

interface Option {
  readonly url: string
  readonly format: PictureFormat | 'original'
  readonly density: number
}

/** The source's own format has no type: it is for whoever shows none of the others. */
function toCss({ url, format, density }: Option): string {
  return `${toCssUrl(url)}${format === 'original' ? '' : ` type("image/${format}")`} ${density}x`
}
