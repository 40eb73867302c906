// Writes ICO files from pictures that are encoded already, PNG files or headless bitmaps.

/** `pictures` is a list of { size, data }; a size of 256 is written as 0, as the format asks. */
export function ico(pictures) {
  const header = Buffer.alloc(6 + 16 * pictures.length)
  header.writeUInt16LE(1, 2)
  header.writeUInt16LE(pictures.length, 4)
  let at = header.length
  pictures.forEach(({ size, data }, i) => {
    const entry = 6 + 16 * i
    header.set([size % 256, size % 256], entry)
    header.writeUInt16LE(1, entry + 4)
    header.writeUInt16LE(32, entry + 6)
    header.writeUInt32LE(data.length, entry + 8)
    header.writeUInt32LE(at, entry + 12)
    at += data.length
  })
  return Buffer.concat([header, ...pictures.map(({ data }) => data)])
}
