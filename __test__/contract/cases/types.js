/** What comes of each kind of file, with and without a modern format, and with SVG allowed. Types are told from bytes, never from names. */
import { group, query } from './request.js'

const PICTURES = `rgb.png gray.png gray-16bit.png rgb-16bit.png palette.png palette-4bit.png palette-alpha.png alpha.png pixel.png
photo-baseline.jpg photo-progressive.jpg photo-gray.jpg photo-cmyk.jpg exif-1.jpg exif-2.jpg exif-3.jpg exif-4.jpg exif-5.jpg exif-6.jpg exif-7.jpg
exif-8.jpg photo.webp alpha-lossy.webp alpha-lossless.webp animated.webp still.gif alpha.gif animated.gif photo.avif photo-alpha.avif rgb.tiff
rgb-deflate.tiff rgb-16bit.tiff gray.tiff alpha.tiff rgb.bmp alpha.bmp bitmap.ico png.ico disc.svg wide.png tall.png thin.png`
const BROKEN = `cut.png cut.jpg cut-progressive.jpg cut.webp cut.gif cut.avif cut.tiff head.png head.jpg head.gif damaged.png damaged.webp empty.png
one.png claims.png zero.png`
const TEXTS = `page.png note.jpg data.webp zeros.png paper.pdf prolog.svg comment.svg spaces.svg bom.svg named.png doctype.svg upper.svg ftyp.svg
script.svg inside.html entity.xml`
const BOXES = `box.heic box.avif sequence.avif mif1.heif lying-box.avif naked.jxl box.jxl box.jp2 icon.icns pointer.cur layers.psd gray.pgm texture.dds
big-endian.tiff video.mp4`
const LIES = 'lies.png lies.jpg lies.webp lies.gif lies.svg'

const split = (list) => list.split(/\s+/)
const all = split(`${PICTURES} ${BROKEN} ${TEXTS} ${BOXES} ${LIES}`)
const ACCEPTS = { 'no Accept': {}, WebP: { accept: 'image/webp' } }
const BOTH = { 'AVIF, WebP': { accept: 'image/avif,image/webp,*/*' } }

const rows = (config, names, accepts) =>
  group(
    config,
    names.flatMap((name) =>
      Object.entries(accepts).map(([label, headers]) => [
        `${config}, ${name}: ${label}`,
        query(`/${name}`, '96'),
        { headers },
      ]),
    ),
  )

export const types = [
  ...rows('default', all, ACCEPTS),
  ...rows('both', split(PICTURES), BOTH),
  ...rows(
    'svg',
    split(`disc.svg prolog.svg comment.svg spaces.svg bom.svg named.png doctype.svg upper.svg ftyp.svg script.svg inside.html
entity.xml lies.svg rgb.png`),
    ACCEPTS,
  ),
]
