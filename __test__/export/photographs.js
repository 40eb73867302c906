/**
 * Sixty photographs in a folder, the same bytes each time: those of the corpus that `PIXMILL_CORPUS` names, crops and mosaics of them up to 24
 * megapixels, or, without a corpus, small crops of this package's own pictures. Made once, kept in `PIXMILL_NEXT_WORK`. Never writes elsewhere.
 */
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { gradient, makePng } from '../pictures.js'

export const COUNT = 60

const FIXTURES = join(import.meta.dirname, '..', 'fixtures')
const CORPUS = process.env.PIXMILL_CORPUS && join(process.env.PIXMILL_CORPUS, 'photos')

/** Of pictures that are there in eight orientations or six samplings, two or three tell enough. */
const ALIKE = /exif_orient_[234578]|sampling_(420|422|440)/
/** Wide enough to be cropped three times. */
const LARGE_WIDTH = 1700
/** Six 24-megapixel pictures of two by two tiles. */
const MOSAICS = 6
const TILE = { width: 3000, height: 2000 }
/** Left, top and side of a crop, as shares of the picture. */
const CROPS = [
  [0, 0, 2 / 3],
  [1 / 3, 1 / 3, 2 / 3],
  [1 / 6, 1 / 3, 1 / 2],
]
const QUALITY = 90

/** `[{ name, path, width, height }]`, widths and heights as a browser shows them. */
export async function preparePhotographs() {
  const folder = join(workFolder(), `photographs-${hashRecipe()}`)
  if (!existsSync(folder)) await fill(folder)
  const names = readdirSync(folder).sort()
  return Promise.all(names.map((name) => describePhotograph(join(folder, name), name)))
}

/** Where installs, builds and pictures are kept from one run to the next. */
export function workFolder() {
  const kept = process.env.PIXMILL_NEXT_WORK
  if (kept) mkdirSync(kept, { recursive: true })
  return kept ?? temporaryFolder()
}

let temporary

function temporaryFolder() {
  if (temporary) return temporary
  temporary = mkdtempSync(join(tmpdir(), 'pixmill-export-'))
  process.once('exit', () => rmSync(temporary, { recursive: true, force: true }))
  return temporary
}

/** Another recipe, or another corpus, is another folder. */
function hashRecipe() {
  const hash = createHash('sha256').update(readFileSync(import.meta.filename))
  if (CORPUS) for (const name of readdirSync(CORPUS).sort()) hash.update(name)
  return hash.digest('hex').slice(0, 12)
}

export async function describePhotograph(path, name) {
  const { autoOrient } = await sharp(path).metadata()
  return { name, path, width: autoOrient.width, height: autoOrient.height }
}

/** A run that is broken off leaves nothing under the final name. */
async function fill(folder) {
  const unfinished = `${folder}.${process.pid}`
  mkdirSync(unfinished, { recursive: true })
  const recipes = CORPUS ? await listCorpus() : listOwn()
  if (recipes.length !== COUNT) throw new Error(`Expected ${COUNT} photographs but received ${recipes.length}`)
  for (const [index, { name, make }] of recipes.entries()) {
    const number = `${index + 1}`.padStart(2, '0')
    writeFileSync(join(unfinished, `${number}-${name}`), await make())
  }
  renameSync(unfinished, folder)
}

async function listCorpus() {
  const names = readdirSync(CORPUS).filter((name) => name.endsWith('.jpg') && !ALIKE.test(name))
  const originals = await Promise.all(names.sort().map((name) => describePhotograph(join(CORPUS, name), name)))
  const large = originals.filter(({ width }) => width >= LARGE_WIDTH)
  const wide = originals.filter(({ width, height }) => width >= TILE.width && height >= TILE.height)
  const mosaics = Array.from({ length: MOSAICS }, (_, turn) => mosaic(wide, turn))
  return [...originals.map(keep), ...large.flatMap(cropAll), ...mosaics]
}

const keep = ({ name, path }) => ({ name, make: () => readFileSync(path) })

function cropAll(original, index) {
  return CROPS.map((share, turn) => crop(original, share, { turn, format: chooseFormat(index * CROPS.length + turn) }))
}

/** Mostly JPEG, as photographs are; a few of the others. */
const chooseFormat = (index) => ({ 4: 'png', 9: 'webp', 16: 'png', 21: 'webp' })[index] ?? 'jpg'

function crop({ name, path, width, height }, [left, top, side], { turn, format }) {
  const area = { left: left * width, top: top * height, width: side * width, height: side * height }
  const pixels = Object.fromEntries(Object.entries(area).map(([key, value]) => [key, Math.floor(value)]))
  return {
    name: `${name.replace(/\.\w+$/, '')}-crop-${turn + 1}.${format}`,
    make: () => encode(sharp(path).autoOrient().extract(pixels), format),
  }
}

function encode(picture, format) {
  const flat = picture.toColorspace('srgb')
  return (format === 'png' ? flat.png() : flat[format === 'webp' ? 'webp' : 'jpeg']({ quality: QUALITY })).toBuffer()
}

function mosaic(originals, turn) {
  const tiles = [0, 1, 2, 3].map((tile) => originals[(turn * 2 + tile) % originals.length])
  return { name: `mosaic-${turn + 1}.jpg`, make: () => composeTiles(tiles) }
}

async function composeTiles(tiles) {
  const layers = await Promise.all(
    tiles.map(async ({ path }, index) => ({
      input: await sharp(path).autoOrient().resize(TILE).toColorspace('srgb').png({ compressionLevel: 1 }).toBuffer(),
      left: (index % 2) * TILE.width,
      top: Math.floor(index / 2) * TILE.height,
    })),
  )
  const canvas = { width: 2 * TILE.width, height: 2 * TILE.height, channels: 3, background: '#000' }
  return sharp({ create: canvas }).composite(layers).jpeg({ quality: QUALITY }).toBuffer()
}

/** Crops of one picture, drawings and every kind of JPEG: small, so that a machine without the corpus tests the same pages. */
function listOwn() {
  const large = { name: 'photo.jpg', path: join(FIXTURES, 'photo-large.jpg'), width: 2400, height: 1600 }
  const kinds = ['photo-large', 'photo-baseline', 'photo-progressive', 'photo-cmyk', 'photo-gray', 'exif-6', 'exif-8']
  const originals = kinds.map((name) => keep({ name: `${name}.jpg`, path: join(FIXTURES, `${name}.jpg`) }))
  const drawings = [300, 700, 900].map((width) => draw(width))
  const crops = Array.from({ length: COUNT - originals.length - drawings.length }, (_, index) =>
    cropSmall(large, index),
  )
  return [...originals, ...drawings, ...crops]
}

const draw = (width) => ({
  name: `drawing-${width}.png`,
  make: () => makePng(width, width / 2, gradient(width, width / 2)),
})

/** Ten by five windows over the picture, of three sizes. */
function cropSmall(large, index) {
  const share = [(index % 10) / 20, Math.floor(index / 10) / 10, [1 / 2, 1 / 3, 1 / 4][index % 3]]
  return crop(large, share, { turn: index, format: chooseFormat(index) })
}
