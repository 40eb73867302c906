/** The first bytes of a file, enough to tell its format. */
import { open } from 'node:fs/promises'

/** Flags and the prolog of an SVG lie in here. */
const HEAD_BYTES = 64 * 1024

export async function readHead(path: string): Promise<Buffer> {
  const file = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(HEAD_BYTES), 0, HEAD_BYTES, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
