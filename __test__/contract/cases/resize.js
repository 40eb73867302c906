/** Widths, heights, orientation: what size comes out. */
import { group, query } from './request.js'

const WIDTHS = ['32', '48', '64', '96', '128', '256', '384', '640', '3840']
const ACCEPTS = { 'no Accept': {}, WebP: { accept: 'image/webp' } }
const at = (file, widths, accepts = ACCEPTS) =>
  widths.flatMap((w) =>
    Object.entries(accepts).map(([label, headers]) => [`${file} to ${w}: ${label}`, query(`/${file}`, w), { headers }]),
  )
const EXIFS = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `exif-${n}.jpg`)
const WEBP = { WebP: ACCEPTS.WebP }

export const resize = [
  ...group('default', [
    ...at('rgb.png', WIDTHS),
    ...at('photo-baseline.jpg', WIDTHS),
    ...at('photo.webp', WIDTHS, WEBP),
    ...at('photo-large.jpg', ['640', '1080', '1920', '3840'], WEBP),
    ...EXIFS.flatMap((file) => at(file, ['64', '640'], WEBP)),
    ...EXIFS.flatMap((file) => at(file, ['640'], { 'no Accept': {} })),
    ...EXIFS.slice(4).flatMap((file) => at(file, ['32'])),
    ...at('wide.png', ['32', '640', '1080'], WEBP),
    ...at('tall.png', ['32', '640'], WEBP),
    ...at('thin.png', ['32', '640'], WEBP),
    ...at('pixel.png', ['32', '3840']),
    ...at('photo-cmyk.jpg', ['64']),
    ...at('gray-16bit.png', ['64']),
    ...at('palette-alpha.png', ['64']),
    ...at('still.gif', ['64', '640']),
  ]),
  ...group('both', [
    ...at('photo-baseline.jpg', ['32', '128', '640'], { AVIF: { accept: 'image/avif' } }),
    ...at('alpha.png', ['64', '640'], { AVIF: { accept: 'image/avif' } }),
    ...at('exif-6.jpg', ['64', '640'], { AVIF: { accept: 'image/avif' } }),
    ...at('pixel.png', ['32'], { AVIF: { accept: 'image/avif' } }),
  ]),
]
