// Draws every fixture that is no photograph into __test__/fixtures: one small file for each kind that must be decoded.
// Pure arithmetic, no randomness. Usage: node scripts/fixtures.js [folder]
import { mkdir, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { bmp, iconBitmap } from './write/bmp.js'
import { gif } from './write/gif.js'
import { ico } from './write/ico.js'
import { GRAY, PALETTE, png, RGB, RGBA } from './write/png.js'
import { tiff } from './write/tiff.js'

const WIDTH = 200
const HEIGHT = 150

/** A disc on a two-way gradient: every corner has a color of its own, so that a wrong turn or channel shows. */
function scene(x, y, width = WIDTH, height = HEIGHT) {
  const u = x / (width - 1)
  const v = y / (height - 1)
  const distance = Math.hypot((u - 0.4) * (width / height), v - 0.45)
  if (distance < 0.22) return [250, 200 - Math.round(120 * v), 40]
  return [Math.round(235 * u), Math.round(60 + 120 * (1 - v)), Math.round(220 * v)]
}

/** The disc alone, with a soft edge; everything else is transparent and, on purpose, not black underneath. */
function sprite(x, y, width = WIDTH, height = HEIGHT) {
  const distance = Math.hypot((x / (width - 1) - 0.5) * (width / height), y / (height - 1) - 0.5)
  const alpha = Math.round(255 * Math.min(1, Math.max(0, (0.45 - distance) * 12)))
  return [255, Math.round(90 + (100 * y) / height), 30, alpha]
}

function* rows(width, height, toBytes) {
  for (let y = 0; y < height; y += 1) {
    yield Buffer.from(Array.from({ length: width }, (_, x) => toBytes(x, y)).flat())
  }
}

const pixels = (toBytes) => Buffer.concat([...rows(WIDTH, HEIGHT, toBytes)])
const luma = ([r, g, b]) => Math.round(0.299 * r + 0.587 * g + 0.114 * b)
const bigEndian = (value) => [value >> 8, value & 255]
const littleEndian = (value) => [value & 255, value >> 8]
/** 16 bits that are no repetition of eight, so that a decoder which drops the wrong half is found out. */
const deep = (value, x) => Math.min(65535, value * 256 + ((x * 97) % 256))

/** Sixteen inks; the last is transparent where a format can say so. */
const inks = Array.from({ length: 16 }, (_, i) => [i * 17, 255 - i * 12, (i * 53) % 256])
const inkAt = (x, y, shift = 0) => {
  if (Math.hypot(x - WIDTH / 2, y - HEIGHT / 2) > 70) return 15
  return (Math.floor((x + shift) / 14) + Math.floor(y / 14)) % 15
}
const inkFrame = (shift) =>
  Array.from({ length: WIDTH * HEIGHT }, (_, i) => inkAt(i % WIDTH, Math.floor(i / WIDTH), shift))

const size = { width: WIDTH, height: HEIGHT }

function pngs() {
  const transparentInks = inks.map((ink, i) => (i === 15 ? [...ink, 0] : ink))
  return {
    'rgb.png': png({ ...size, color: RGB, rows: rows(WIDTH, HEIGHT, (x, y) => scene(x, y)) }),
    'alpha.png': png({ ...size, color: RGBA, rows: rows(WIDTH, HEIGHT, (x, y) => sprite(x, y)) }),
    'gray.png': png({ ...size, color: GRAY, rows: rows(WIDTH, HEIGHT, (x, y) => [luma(scene(x, y))]) }),
    'palette.png': png({ ...size, color: PALETTE, palette: inks, rows: rows(WIDTH, HEIGHT, (x, y) => [inkAt(x, y)]) }),
    'palette-alpha.png': png({
      ...size,
      color: PALETTE,
      palette: transparentInks,
      rows: rows(WIDTH, HEIGHT, (x, y) => [inkAt(x, y)]),
    }),
    'palette-4bit.png': png({
      ...size,
      color: PALETTE,
      depth: 4,
      palette: inks,
      rows: rows(WIDTH / 2, HEIGHT, (x, y) => [inkAt(2 * x, y) * 16 + inkAt(2 * x + 1, y)]),
    }),
    'rgb-16bit.png': png({
      ...size,
      color: RGB,
      depth: 16,
      rows: rows(WIDTH, HEIGHT, (x, y) => scene(x, y).flatMap((value) => bigEndian(deep(value, x)))),
    }),
    'gray-16bit.png': png({
      ...size,
      color: GRAY,
      depth: 16,
      rows: rows(WIDTH, HEIGHT, (x, y) => bigEndian(deep(luma(scene(x, y)), x))),
    }),
    'pixel.png': png({ width: 1, height: 1, color: RGB, rows: [Buffer.from([255, 90, 30])] }),
  }
}

function tiffs() {
  const rgb = pixels((x, y) => scene(x, y))
  const rgb16 = pixels((x, y) => scene(x, y).flatMap((value) => littleEndian(deep(value, x))))
  return {
    'rgb.tiff': tiff({ ...size, samples: 3, pixels: rgb }),
    'rgb-deflate.tiff': tiff({ ...size, samples: 3, pixels: rgb, isDeflated: true }),
    'rgb-16bit.tiff': tiff({ ...size, samples: 3, depth: 16, pixels: rgb16, isDeflated: true }),
    'alpha.tiff': tiff({ ...size, samples: 4, pixels: pixels((x, y) => sprite(x, y)), isDeflated: true }),
    'gray.tiff': tiff({ ...size, samples: 1, pixels: pixels((x, y) => [luma(scene(x, y))]), isDeflated: true }),
  }
}

function others() {
  const iconAt = (side) => (x, y) => sprite(x, y, side, side)
  const pngIcon = png({ width: 64, height: 64, color: RGBA, rows: rows(64, 64, iconAt(64)) })
  return {
    'still.gif': gif({ ...size, palette: inks, frames: [inkFrame(0)] }),
    'alpha.gif': gif({ ...size, palette: inks, frames: [inkFrame(0)], transparent: 15 }),
    'animated.gif': gif({ ...size, palette: inks, frames: [0, 14, 28, 42].map(inkFrame), transparent: 15 }),
    'rgb.bmp': bmp({ ...size, pixelAt: (x, y) => scene(x, y) }),
    'alpha.bmp': bmp({ ...size, hasAlpha: true, pixelAt: (x, y) => sprite(x, y) }),
    'bitmap.ico': ico([
      { size: 16, data: iconBitmap({ size: 16, pixelAt: iconAt(16) }) },
      { size: 32, data: iconBitmap({ size: 32, pixelAt: iconAt(32) }) },
    ]),
    'png.ico': ico([{ size: 64, data: pngIcon }]),
    'disc.svg': Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="150"><circle cx="100" cy="75" r="60" fill="#ff5a1e"/></svg>\n',
    ),
  }
}

const folder = process.argv[2] ?? fileURLToPath(new URL('../__test__/fixtures/', import.meta.url))
await mkdir(folder, { recursive: true })
for (const [name, data] of Object.entries({ ...pngs(), ...tiffs(), ...others() }))
  await writeFile(`${folder}/${name}`, data)
