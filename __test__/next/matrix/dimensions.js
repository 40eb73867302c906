/** Type and width of an encoded picture from its bytes, read independently of pixmill. */

export function readPicture(data) {
  if (data.subarray(1, 4).toString('latin1') === 'PNG') return { type: 'image/png', width: data.readUInt32BE(16) }
  if (data.subarray(0, 4).toString('latin1') === 'RIFF') return { type: 'image/webp', width: readWebpWidth(data) }
  if (data.subarray(4, 12).toString('latin1') === 'ftypavif') return { type: 'image/avif', width: readAvifWidth(data) }
  if (data[0] === 0xff && data[1] === 0xd8) return { type: 'image/jpeg', width: readJpegWidth(data) }
  return { type: 'unknown', width: 0 }
}

function readWebpWidth(data) {
  const kind = data.subarray(12, 16).toString('latin1')
  if (kind === 'VP8X') return data.readUIntLE(24, 3) + 1
  if (kind === 'VP8L') return (data.readUInt32LE(21) & 0x3fff) + 1
  return data.readUInt16LE(26) & 0x3fff
}

// The `ispe` box: size, type, version and flags, width, height.
function readAvifWidth(data) {
  return data.readUInt32BE(data.indexOf('ispe', 0, 'latin1') + 8)
}

function readJpegWidth(data) {
  for (let at = 2; at + 9 < data.length; at += 2 + data.readUInt16BE(at + 2)) {
    const marker = data[at + 1]
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame) return data.readUInt16BE(at + 7)
  }
  return 0
}
