// Writes PNG files with nothing but zlib: every color type and depth that the fixtures need. Never reads one.
import { crc32, deflateSync } from 'node:zlib'

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])
export const GRAY = 0
export const RGB = 2
export const PALETTE = 3
export const RGBA = 6

function chunk(type, body) {
  const framed = Buffer.alloc(12 + body.length)
  framed.writeUInt32BE(body.length, 0)
  framed.write(type, 4, 'latin1')
  body.copy(framed, 8)
  framed.writeUInt32BE(crc32(framed.subarray(4, 8 + body.length)) >>> 0, 8 + body.length)
  return framed
}

/**
 * `rows` is an iterable of packed rows, one Buffer each, without filter bytes. `palette` is a list of [r, g, b, a?].
 * Rows are stored unfiltered where the picture is indexed, and with the Up filter elsewhere.
 */
export function png({ width, height, color, depth = 8, palette, rows }) {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([depth, color, 0, 0, 0], 8)
  const chunks = [SIGNATURE, chunk('IHDR', header)]
  if (palette) {
    chunks.push(chunk('PLTE', Buffer.from(palette.flatMap((entry) => entry.slice(0, 3)))))
    if (palette.some((entry) => entry.length === 4)) {
      chunks.push(chunk('tRNS', Buffer.from(palette.map((entry) => entry[3] ?? 255))))
    }
  }
  chunks.push(chunk('IDAT', deflateSync(Buffer.concat([...filtered(rows, color)]), { level: 9 })))
  chunks.push(chunk('IEND', Buffer.alloc(0)))
  return Buffer.concat(chunks)
}

function* filtered(rows, color) {
  const up = color !== PALETTE
  let above
  for (const row of rows) {
    if (up && above) {
      yield Buffer.from([2])
      const difference = Buffer.alloc(row.length)
      for (let i = 0; i < row.length; i += 1) difference[i] = row[i] - above[i]
      yield difference
    } else {
      yield Buffer.from([0])
      yield row
    }
    above = row
  }
}
