/** The placeholder of webpack's development build: Next answers it with the tiny picture inside a blurred SVG. */

export interface Tiny {
  readonly data: Buffer
  readonly contentType: string
  readonly width: number
  readonly height: number
}

const DEVIATION = 20
/** Next's placeholder is 8 pixels wide; its SVG is 40 times that. */
const SCALE = 40

export function toBlurSvg({ data, contentType, width, height }: Tiny): Buffer {
  const href = `data:${contentType};base64,${data.toString('base64')}`
  return Buffer.from(
    `<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 ${width * SCALE} ${height * SCALE}'>` +
      `<filter id='b' color-interpolation-filters='sRGB'><feGaussianBlur stdDeviation='${DEVIATION}'/>` +
      "<feColorMatrix values='1 0 0 0 0 0 1 0 0 0 0 0 1 0 0 0 0 0 100 -1' result='s'/>" +
      "<feFlood x='0' y='0' width='100%' height='100%'/><feComposite operator='out' in='s'/>" +
      `<feComposite in2='SourceGraphic'/><feGaussianBlur stdDeviation='${DEVIATION}'/></filter>` +
      `<image width='100%' height='100%' x='0' y='0' preserveAspectRatio='none' style='filter: url(#b);' href='${href}'/></svg>`,
  )
}
