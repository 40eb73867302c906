/** URLs of one picture in one format, as `src` and `srcset` want them. Decides no width. */
import { isExport, toImageUrl } from '../next/loader.js'
import type { Widths } from './widths.js'

/** Formats that `<source>` elements may offer before the source's own. */
export type PictureFormat = 'avif' | 'webp' | 'jpeg'

export interface Asked {
  readonly src: string
  readonly quality: number | undefined
  readonly widths: Widths
}

export interface Candidates {
  /** For whoever does not read `srcset`: the widest. */
  readonly src: string
  readonly srcSet: string
}

export const DEFAULT_FORMATS: readonly PictureFormat[] = ['avif', 'webp']

export function toCandidates({ src, quality, widths }: Asked, format: PictureFormat | 'original'): Candidates {
  const urls = widths.values.map((width) => toImageUrl({ src, width, quality, format }))
  const srcSet = urls.map((url, at) => `${url} ${widths.unit === 'w' ? `${widths.values[at]}w` : `${at + 1}x`}`)
  return { src: urls.at(-1) ?? src, srcSet: srcSet.join(', ') }
}

/** Formats that the page itself must offer: an endpoint chooses by `Accept`, from one URL. */
export function formatsToOffer(formats: readonly PictureFormat[] = DEFAULT_FORMATS): readonly PictureFormat[] {
  return isExport() ? formats : []
}
