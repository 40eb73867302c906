/** A local file as a source. Only its head is read here; the engine reads the rest by path. */
import { open } from 'node:fs/promises'
import { REFUSALS, Refusal } from '../request/index.js'
import type { LocalFile } from './local.js'
import type { Lender, Loaded, Source } from './source.js'

/** Type, animation flags and an SVG's prolog lie in here. */
const HEAD_BYTES = 64 * 1024

export async function openFile(file: LocalFile, lender: Lender, maxBytes: number): Promise<Source> {
  if (file.size > maxBytes) throw new Refusal(413, REFUSALS.invalidInternal)
  if (file.size === 0) throw new Refusal(400, REFUSALS.invalidInternal)
  const head = await readStart(file.path, Math.min(file.size, HEAD_BYTES))
  let loading: Promise<Loaded> | undefined
  return {
    path: file.path,
    size: file.size,
    head,
    permit: undefined,
    headers: {},
    isUnchanged: false,
    read: async () => {
      loading ??= readWhole(file, lender)
      return (await loading).data
    },
    release: () => {
      loading?.then(({ permit }) => permit.release()).catch(() => {})
    },
  }
}

async function readWhole(file: LocalFile, lender: Lender): Promise<Loaded> {
  const permit = await lender.reserve(file.size)
  try {
    return { data: await readStart(file.path, file.size), permit }
  } catch (error) {
    permit.release()
    throw error
  }
}

/** The first `size` bytes, or fewer where the file has become shorter. */
async function readStart(path: string, size: number): Promise<Buffer> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    // Gone, or not readable, since it was found.
    throw new Refusal(404, REFUSALS.invalidInternal, { cause: error })
  })
  try {
    const buffer = Buffer.allocUnsafeSlow(size)
    let filled = 0
    while (filled < size) {
      const { bytesRead } = await handle.read(buffer, filled, size - filled, filled)
      if (bytesRead === 0) break
      filled += bytesRead
    }
    return buffer.subarray(0, filled)
  } finally {
    await handle.close()
  }
}
