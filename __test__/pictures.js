/** Pictures made on the spot: PNG by hand, so that no decoder or encoder of ours is trusted to make its own test. */
import { crc32, deflateSync } from 'node:zlib'

/** A PNG whose pixels `color(x, y)` gives as [r, g, b] or [r, g, b, a]. */
export function makePng(width, height, color = gradient(width, height)) {
  const channels = color(0, 0).length
  const rows = Buffer.alloc(height * (1 + width * channels))
  for (let y = 0, at = 0; y < height; y++) {
    rows[at++] = 0
    for (let x = 0; x < width; x++) for (const value of color(x, y)) rows[at++] = value
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, channels === 4 ? 6 : 2, 0, 0, 0], 8)
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** A header that claims `width` by `height` pixels over a few bytes of data. */
export function makePngBomb(width, height) {
  const bomb = Buffer.from(makePng(1, 1, () => [0, 0, 0]))
  bomb.writeUInt32BE(width, 16)
  bomb.writeUInt32BE(height, 20)
  bomb.writeUInt32BE(crc32(bomb.subarray(12, 29)), 29)
  return bomb
}

/** Smooth with some texture, so that no encoder has an easy life. */
export function gradient(width, height) {
  return (x, y) =>
    [(x * 255) / width, (y * 255) / height, 128 + 80 * Math.sin(x / 7) * Math.cos(y / 11)].map(Math.round)
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const ends = Buffer.alloc(8)
  ends.writeUInt32BE(data.length, 0)
  ends.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)])
}
