/**
 * What is seen until the picture is there: a background of the `<img>`, which the loaded picture covers. So no script takes it away, and what is
 * transparent in a picture keeps it in sight.
 */
import type { CSSProperties } from 'react'
import { toCssUrl } from './css-url.js'
import type { PictureProps, Resolved } from './props.js'

export function toBackground({ placeholder, color, style }: PictureProps, resolved: Resolved): CSSProperties {
  if (placeholder === 'color' && color) return { backgroundColor: color }
  if (placeholder !== 'blur' || !resolved.blurDataURL) return {}
  return {
    // As the picture itself will lie in its box.
    backgroundSize: style?.objectFit === 'contain' ? 'contain' : 'cover',
    backgroundPosition: style?.objectPosition ?? '50% 50%',
    backgroundRepeat: 'no-repeat',
    backgroundImage: toCssUrl(toSmooth(resolved.blurDataURL, resolved)),
  }
}

/** Pixels of the drawing below, of which the blur takes one in sixteen. */
const DRAWN_WIDTH = 320
const DEVIATION = 20

/** A few pixels drawn large show their grid; an SVG blurs it away. An SVG loads nothing, so an address is left alone. */
function toSmooth(href: string, { width, height }: Resolved): string {
  if (!/^data:image\/(?!svg)[\w+.-]+;base64,/.test(href)) return href
  const box = width && height ? ` viewBox='0 0 ${DRAWN_WIDTH} ${Math.round((DRAWN_WIDTH * height) / width)}'` : ''
  const svg =
    `<svg xmlns='http://www.w3.org/2000/svg'${box}><filter id='b' x='0' y='0' width='1' height='1' ` +
    `color-interpolation-filters='sRGB'><feGaussianBlur stdDeviation='${DEVIATION}'/>` +
    // The blur fades out at the edges; this makes them opaque again.
    "<feComponentTransfer><feFuncA type='discrete' tableValues='1 1'/></feComponentTransfer></filter>" +
    `<image width='100%' height='100%' preserveAspectRatio='${box ? 'none' : 'xMidYMid slice'}' ` +
    `filter='url(#b)' href='${href}'/></svg>`
  return `data:image/svg+xml,${svg.replace(/[%#<>]/g, encodeURIComponent)}`
}
