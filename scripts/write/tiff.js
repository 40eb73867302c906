// Writes little-endian TIFF files of one strip, 8 or 16 bits a sample, plain or deflated.
import { deflateSync } from 'node:zlib'

const SHORT = 3
const LONG = 4
const NONE = 1
const DEFLATE = 8

/** `pixels` is a Buffer of interleaved samples; samples of 16 bits are little-endian. */
export function tiff({ width, height, samples, depth = 8, pixels, isDeflated = false }) {
  const strip = isDeflated ? deflateSync(pixels, { level: 9 }) : pixels
  const bitsAt = 8
  const stripAt = bitsAt + 2 * samples
  const directoryAt = stripAt + strip.length + (strip.length % 2)
  const entries = [
    [256, LONG, 1, width],
    [257, LONG, 1, height],
    samples > 2 ? [258, SHORT, samples, bitsAt] : [258, SHORT, 1, depth],
    [259, SHORT, 1, isDeflated ? DEFLATE : NONE],
    [262, SHORT, 1, samples > 2 ? 2 : 1],
    [273, LONG, 1, stripAt],
    [277, SHORT, 1, samples],
    [278, LONG, 1, height],
    [279, LONG, 1, strip.length],
    ...(samples === 4 ? [[338, SHORT, 1, 2]] : []),
  ]
  const file = Buffer.alloc(directoryAt + 2 + 12 * entries.length + 4)
  file.write('II*\0', 'latin1')
  file.writeUInt32LE(directoryAt, 4)
  for (let i = 0; i < samples; i += 1) file.writeUInt16LE(depth, bitsAt + 2 * i)
  strip.copy(file, stripAt)
  file.writeUInt16LE(entries.length, directoryAt)
  entries.forEach(([tag, type, count, value], i) => {
    const at = directoryAt + 2 + 12 * i
    file.writeUInt16LE(tag, at)
    file.writeUInt16LE(type, at + 2)
    file.writeUInt32LE(count, at + 4)
    file.writeUInt32LE(value, at + 8)
  })
  return file
}
