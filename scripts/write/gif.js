// Writes GIF files, still or animated, without compressing: codes stay eight bits wide because the table is cleared in time.

const CODE_SIZE = 7
const CLEAR = 2 ** CODE_SIZE
const END = CLEAR + 1
/** The table may grow by this many codes before one would need nine bits. */
const CODES_BETWEEN_CLEARS = 2 ** (CODE_SIZE + 1) - END - 2

function imageData(pixels) {
  const codes = []
  pixels.forEach((pixel, i) => {
    if (i % CODES_BETWEEN_CLEARS === 0) codes.push(CLEAR)
    codes.push(pixel)
  })
  codes.push(END)
  // Each code is CODE_SIZE + 1 = 8 bits, so a code is a byte.
  const blocks = [Buffer.from([CODE_SIZE])]
  for (let at = 0; at < codes.length; at += 255) {
    const block = Buffer.from(codes.slice(at, at + 255))
    blocks.push(Buffer.from([block.length]), block)
  }
  return Buffer.concat([...blocks, Buffer.from([0])])
}

function word(value) {
  return [value & 255, value >> 8]
}

/** `frames` are arrays of palette numbers below 128. `transparent` is one of them, or nothing. Delay is in hundredths of a second. */
export function gif({ width, height, palette, frames, delay = 12, transparent }) {
  const colors = Buffer.alloc(3 * 128)
  for (const [i, color] of palette.entries()) colors.set(color, 3 * i)
  const parts = [Buffer.from('GIF89a'), Buffer.from([...word(width), ...word(height), 0xf6, 0, 0]), colors]
  if (frames.length > 1) {
    parts.push(Buffer.from([0x21, 0xff, 11]), Buffer.from('NETSCAPE2.0'), Buffer.from([3, 1, 0, 0, 0]))
  }
  for (const pixels of frames) {
    // Disposal 2: the canvas is cleared before the next frame, so that transparent frames do not pile up.
    const flags = (2 << 2) | (transparent === undefined ? 0 : 1)
    parts.push(Buffer.from([0x21, 0xf9, 4, flags, ...word(delay), transparent ?? 0, 0]))
    parts.push(Buffer.from([0x2c, 0, 0, 0, 0, ...word(width), ...word(height), 0]), imageData(pixels))
  }
  return Buffer.concat([...parts, Buffer.from([0x3b])])
}
