// The pictures of the benches, the same bytes each time: those of a folder, or photographs and graphics of the corpus that `PIXMILL_CORPUS` names with
// crops of 12 and mosaics of 24 megapixels; and two that are large on their own. Without a corpus, mosaics of this package's own picture. Made once, kept in
// `PIXMILL_NEXT_WORK` or the system's temporary folder. Never writes elsewhere.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, relative, resolve } from 'node:path'
import sharp from 'sharp'
import { findPictures } from '../dist/cli/bench/pictures.js'
import { probe } from '../dist/native.js'

const MEGA = 1e6
const OWN = join(import.meta.dirname, '..', '__test__', 'fixtures', 'photo-large.jpg')
const CORPUS = process.env.PIXMILL_CORPUS

/** Below that, it is no photograph of today. */
const LEAST_PHOTO = 5 * MEGA
/** Screenshots, drawings and gradients of the corpus that a page might show; neither icons nor extremes. */
const isGraphic = ({ width, height }) => width >= 640 && height >= 400 && width * height <= 6 * MEGA

const CROP = { width: 4000, height: 3000 }
const MOSAICS = [
  { chromaSubsampling: '4:2:0' },
  { chromaSubsampling: '4:2:0' },
  { chromaSubsampling: '4:2:0' },
  { chromaSubsampling: '4:4:4' },
  { chromaSubsampling: '4:2:0', progressive: true },
  { chromaSubsampling: '4:4:4', progressive: true },
]
const MOSAIC_GRID = { columns: 2, rows: 2, tile: { width: 3000, height: 2000 } }
const HUGE_GRID = { columns: 4, rows: 5, tile: { width: 2500, height: 2000 } }
const QUALITY = 90
/** The photograph of 100 megapixels takes the first of them that makes it so large. */
const HUGE_QUALITIES = [90, 93, 95, 97, 100]
const HUGE_BYTES = 20 * MEGA

/** `[{ name, path, format, bytes, width, height }]`, widths and heights as a browser shows them. */
export async function preparePictures(folder) {
  if (folder !== undefined) return describeAll(resolve(folder))
  const made = await describeAll(await prepare('pictures', listMade))
  if (CORPUS === undefined) return made
  const photographs = await listPhotographs()
  const graphics = await describeAll(join(CORPUS, 'graphics', 'png'))
  return [...photographs, ...made, ...graphics.filter(isGraphic)]
}

/** Baseline JPEGs of 100 megapixels and at least 20 MB, and progressive ones of 24, with all and with a quarter of the colors. */
export async function prepareLarge() {
  return describeAll(await prepare('large', async () => LARGE))
}

const SAMPLINGS = ['4:2:0', '4:4:4']
const LARGE = SAMPLINGS.flatMap((chromaSubsampling) => {
  const name = chromaSubsampling.replaceAll(':', '')
  const progressive = { quality: QUALITY, chromaSubsampling, progressive: true }
  return [
    [`baseline-100mp-${name}.jpg`, () => makeHuge(chromaSubsampling)],
    [`progressive-24mp-${name}.jpg`, () => makeMosaic(MOSAIC_GRID, 0, progressive)],
  ]
})

/** A picture of some hundred pixels in all the formats that a site has. */
export async function prepareSmall() {
  return describeAll(
    await prepare('small', async () => SMALL_FORMATS.map((format) => [`small.${format}`, () => makeSmall(format)])),
  )
}

const SMALL_FORMATS = ['jpg', 'png', 'webp', 'gif']
const SMALL_WIDTH = 96

function makeSmall(format) {
  return sharp(OWN).resize({ width: SMALL_WIDTH }).toFormat(format).toBuffer()
}

async function describeAll(folder) {
  const { pictures } = await findPictures([folder])
  return pictures.flatMap((picture) => (picture.size === null ? [] : [describe(picture, folder)]))
}

function describe({ path, format, bytes }, folder) {
  const { width, height, orientation } = probe(readFileSync(path))
  const shown = orientation >= 5 ? { width: height, height: width } : { width, height }
  return { name: relative(folder, path) || basename(path), path, format, bytes, ...shown }
}

async function listPhotographs() {
  const all = await describeAll(join(CORPUS, 'photos'))
  return all.filter(({ width, height }) => width * height >= LEAST_PHOTO)
}

/** A run that is broken off leaves nothing under the final name. */
async function prepare(kind, list) {
  const folder = join(process.env.PIXMILL_NEXT_WORK ?? tmpdir(), `pixmill-bench-${kind}-${hashRecipe()}`)
  if (existsSync(folder)) return folder
  const unfinished = `${folder}.${process.pid}`
  mkdirSync(unfinished, { recursive: true })
  for (const [name, make] of await list()) writeFileSync(join(unfinished, name), await make())
  renameSync(unfinished, folder)
  return folder
}

/** Another recipe, or another corpus, is another folder. */
function hashRecipe() {
  const hash = createHash('sha256').update(readFileSync(import.meta.filename))
  if (CORPUS !== undefined) for (const name of readdirSync(join(CORPUS, 'photos')).sort()) hash.update(name)
  return hash.digest('hex').slice(0, 12)
}

async function listMade() {
  const originals = CORPUS === undefined ? [] : await listPhotographs()
  const isWide = ({ width, height }) => width >= CROP.width && height >= CROP.height
  const crops = originals.filter(isWide).map((original) => [`crop-${original.name}`, () => makeCrop(original)])
  const mosaics = MOSAICS.map((options, turn) => [
    `mosaic-${turn + 1}.jpg`,
    () => makeMosaic(MOSAIC_GRID, turn, { quality: QUALITY, ...options }),
  ])
  return [...crops, ...mosaics]
}

function makeCrop({ path, width, height }) {
  const middle = { left: Math.floor((width - CROP.width) / 2), top: Math.floor((height - CROP.height) / 2) }
  return sharp(path)
    .autoOrient()
    .extract({ ...middle, ...CROP })
    .toColorspace('srgb')
    .jpeg({ quality: QUALITY })
    .toBuffer()
}

async function makeHuge(chromaSubsampling) {
  for (const quality of HUGE_QUALITIES) {
    const data = await makeMosaic(HUGE_GRID, 0, { quality, chromaSubsampling })
    if (data.length >= HUGE_BYTES || quality === HUGE_QUALITIES.at(-1)) return data
  }
}

/** Windows of photographs at their own scale, so that the texture is that of a camera. */
async function makeMosaic({ columns, rows, tile }, turn, options) {
  const originals = await listTiles(tile)
  const layers = []
  for (let index = 0; index < columns * rows; index++) {
    const original = originals[(turn * 2 + index) % originals.length]
    const left = (index % columns) * tile.width
    const top = Math.floor(index / columns) * tile.height
    layers.push({ input: await cutTile(original, tile, turn + index), left, top })
  }
  const canvas = { width: columns * tile.width, height: rows * tile.height, channels: 3, background: '#000' }
  return sharp({ create: canvas, limitInputPixels: false }).composite(layers).jpeg(options).toBuffer()
}

async function listTiles(tile) {
  const photographs = CORPUS === undefined ? [] : await listPhotographs()
  const wide = photographs.filter(({ width, height }) => width >= tile.width && height >= tile.height)
  return wide.length > 0 ? wide : [{ path: OWN, ...tile, isEnlarged: true }]
}

/** Another window in each turn; our own picture, which is smaller than a tile, is turned instead. */
function cutTile({ path, width, height, isEnlarged }, tile, turn) {
  const picture = sharp(path).autoOrient().toColorspace('srgb')
  const window = isEnlarged
    ? picture
        .resize(tile)
        .flip((turn & 1) === 1)
        .flop((turn & 2) === 2)
    : picture.extract({ ...tile, ...corner({ width: width - tile.width, height: height - tile.height }, turn) })
  return window.png({ compressionLevel: 1 }).toBuffer()
}

function corner(room, turn) {
  return { left: Math.floor((room.width * (turn % 3)) / 2), top: Math.floor((room.height * (turn % 4)) / 3) }
}
