// The pixels that encoders are calibrated with: photographs and graphics of the corpus, or those of a folder, made smaller once and then taken as they are.
// Encodes nothing but the two sources of one size: a PNG, whose pixels are encoded, and a JPEG, whose planes are.
import { join } from 'node:path'
import sharp from 'sharp'
import { findPictures } from '../../dist/cli/bench/pictures.js'

const FIXTURES = join(import.meta.dirname, '..', '..', '__test__', 'fixtures')

/** Light, dark, skin, fur, foliage, bark, water, gray, lettering; windows, text, drawings, a gradient. */
const CORPUS = [
  'photos/adobergb_converted.jpg',
  'photos/dandelion_16mp.jpg',
  'photos/dogs_upright_6mp.jpg',
  'photos/forest_stream_6mp.jpg',
  'photos/graffiti_text_444.jpg',
  'photos/gray_spiral_8mp.jpg',
  'photos/lake_8mp_progressive.jpg',
  'photos/leaves_13mp.jpg',
  'photos/mountains_8mp.jpg',
  'photos/night_city_8mp.jpg',
  'photos/nuthatch_20mp.jpg',
  'photos/portrait_athlete_420.jpg',
  'photos/portrait_redhat_444.jpg',
  'graphics/jpg/curves_flat_4k.jpg',
  'graphics/png/alpha_art_1200.png',
  'graphics/png/rgb16_gradient.png',
  'graphics/png/shot_gnome.png',
  'graphics/png/shot_wireshark.png',
  'graphics/png/ui_retina.png',
]

const OWN = ['photo-baseline.jpg', 'photo-progressive.jpg', 'photo-gray.jpg', 'photo-large.jpg', 'rgb.png']

/** Paths: what is in `folders`, else the corpus that `PIXMILL_CORPUS` names, else this package's own pictures. */
export async function listPictures(folders) {
  const corpus = process.env.PIXMILL_CORPUS
  if (folders.length > 0) return (await findPictures(folders)).pictures.map(({ path }) => path)
  return corpus === undefined ? OWN.map((name) => join(FIXTURES, name)) : CORPUS.map((name) => join(corpus, name))
}

/** `{ png, jpeg, width }`, the JPEG with color of full resolution and all but lossless. Nothing is enlarged; what is transparent becomes white. */
export async function preparePicture(path, width) {
  const { data, info } = await sharp(path, { limitInputPixels: false })
    .autoOrient()
    .resize({ width, withoutEnlargement: true })
    .toColorspace('srgb')
    .flatten({ background: '#fff' })
    .removeAlpha()
    .png({ compressionLevel: 0 })
    .toBuffer({ resolveWithObject: true })
  const jpeg = await sharp(data).jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer()
  return { png: data, jpeg, width: info.width }
}
