// Writes BMP files: 24 bits bottom-up, or 32 bits with alpha and a V4 header. Also the headless form that an ICO holds.

const FILE_HEADER = 14
const INFO_HEADER = 40
const V4_HEADER = 108

/** `pixelAt(x, y)` gives [r, g, b, a]. */
export function bmp({ width, height, hasAlpha = false, pixelAt }) {
  const header = hasAlpha ? V4_HEADER : INFO_HEADER
  const body = bitmap({ width, height, bytes: hasAlpha ? 4 : 3, pixelAt })
  const file = Buffer.alloc(FILE_HEADER + header + body.length)
  file.write('BM', 'latin1')
  file.writeUInt32LE(file.length, 2)
  file.writeUInt32LE(FILE_HEADER + header, 10)
  writeInfo(file, FILE_HEADER, { size: header, width, height, bits: hasAlpha ? 32 : 24 })
  if (hasAlpha) writeMasks(file, FILE_HEADER)
  body.copy(file, FILE_HEADER + header)
  return file
}

/** A picture inside an ICO: no file header, the height counts the mask too, and the mask follows. */
export function iconBitmap({ size, pixelAt }) {
  const header = Buffer.alloc(INFO_HEADER)
  writeInfo(header, 0, { size: INFO_HEADER, width: size, height: 2 * size, bits: 32 })
  const mask = Buffer.alloc(Math.ceil(size / 32) * 4 * size)
  return Buffer.concat([header, bitmap({ width: size, height: size, bytes: 4, pixelAt }), mask])
}

function writeInfo(file, at, { size, width, height, bits }) {
  file.writeUInt32LE(size, at)
  file.writeInt32LE(width, at + 4)
  file.writeInt32LE(height, at + 8)
  file.writeUInt16LE(1, at + 12)
  file.writeUInt16LE(bits, at + 14)
}

/** Compression 3 with masks is how BMP says that the fourth byte is alpha. */
function writeMasks(file, at) {
  file.writeUInt32LE(3, at + 16)
  for (const [i, mask] of [0x00ff0000, 0x0000ff00, 0x000000ff, 0xff000000].entries())
    file.writeUInt32LE(mask, at + 40 + 4 * i)
  file.write('BGRs', at + 56, 'latin1')
}

function bitmap({ width, height, bytes, pixelAt }) {
  const stride = Math.ceil((width * bytes) / 4) * 4
  const rows = Buffer.alloc(stride * height)
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [r, g, b, a = 255] = pixelAt(x, y)
      rows.set(bytes === 4 ? [b, g, r, a] : [b, g, r], (height - 1 - y) * stride + x * bytes)
    }
  }
  return rows
}
