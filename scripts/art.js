// Draws `isobars.png` of the example: noise bent by noise, cut into twelve inks, as an indexed PNG. Same seed, same bytes.
// Usage: node scripts/art.js [file]
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { PALETTE, png } from './write/png.js'

const SIZE = 1600
// Four samples a pixel, so that the borders between inks are smooth.
const OFFSETS = [0.25, 0.75]
const SHADES_BETWEEN_INKS = 3
const INKS = [
  [11, 16, 32],
  [18, 28, 54],
  [26, 44, 80],
  [33, 66, 108],
  [44, 95, 133],
  [70, 128, 148],
  [112, 157, 156],
  [164, 182, 158],
  [212, 200, 158],
  [238, 196, 136],
  [240, 164, 98],
  [226, 119, 74],
]

/** A repeatable random number from 0 to 1 for each lattice point. */
function lattice(x, y) {
  let h = Math.imul(x, 374761393) ^ Math.imul(y, 668265263) ^ 0x9e3779b9
  h = Math.imul(h ^ (h >>> 13), 1274126177)
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32
}

const smooth = (t) => t * t * t * (t * (t * 6 - 15) + 10)
const mix = (a, b, t) => a + (b - a) * t

function noise(x, y) {
  const left = Math.floor(x)
  const top = Math.floor(y)
  const u = smooth(x - left)
  const v = smooth(y - top)
  const above = mix(lattice(left, top), lattice(left + 1, top), u)
  const below = mix(lattice(left, top + 1), lattice(left + 1, top + 1), u)
  return mix(above, below, v)
}

const layered = (x, y) => (noise(x, y) * 4 + noise(x * 2 + 17, y * 2 + 5) * 2 + noise(x * 4 + 3, y * 4 + 29)) / 7

/** Height of the landscape at a point of the unit square. */
function height(x, y) {
  const bendX = layered(x * 2.2, y * 2.2)
  const bendY = layered(x * 2.2 + 9.2, y * 2.2 + 3.1)
  const again = layered(x * 2 + bendX * 2.4 + 1.7, y * 2 + bendY * 2.4 + 8.3)
  return layered(x * 1.7 + again * 2.6, y * 1.7 + bendX * 2)
}

function ink(x, y) {
  const level = Math.floor((height(x, y) - 0.29) * 2.3 * INKS.length)
  return Math.min(INKS.length - 1, Math.max(0, level))
}

/** A palette of the inks and the shades between neighbors; an average ink number picks one of them. */
const palette = INKS.flatMap((color, i) => {
  const next = INKS[i + 1]
  if (!next) return [color]
  return Array.from({ length: SHADES_BETWEEN_INKS + 1 }, (_, step) =>
    color.map((c, k) => Math.round(mix(c, next[k], step / (SHADES_BETWEEN_INKS + 1)))),
  )
})

function* rows() {
  for (let y = 0; y < SIZE; y += 1) {
    const row = Buffer.alloc(SIZE)
    for (let x = 0; x < SIZE; x += 1) {
      let sum = 0
      for (const dy of OFFSETS) for (const dx of OFFSETS) sum += ink((x + dx) / SIZE, (y + dy) / SIZE)
      row[x] = Math.round((sum / OFFSETS.length ** 2) * (SHADES_BETWEEN_INKS + 1))
    }
    yield row
  }
}

const target =
  process.argv[2] ?? fileURLToPath(new URL('../examples/app-router/public/pictures/isobars.png', import.meta.url))
await writeFile(target, png({ width: SIZE, height: SIZE, color: PALETTE, palette, rows: rows() }))
