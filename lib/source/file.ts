/** A local file as a source. Only its head is read here; the engine reads the rest by path. */
import { type FileHandle, open } from 'node:fs/promises'
import { sniff } from '../native.js'
import { REFUSALS, Refusal } from '../request/index.js'
import type { LocalFile } from './local.js'
import type { Lender, Loaded, Source } from './source.js'

/** Enough for the type of any picture, and for an SVG's prolog. All that is asked of a JPEG. */
const TYPE_BYTES = 4 * 1024
/** Flags of an animation lie in here. */
const HEAD_BYTES = 64 * 1024

export async function openFile(file: LocalFile, lender: Lender, maxBytes: number): Promise<Source> {
  if (file.size > maxBytes) throw new Refusal(413, REFUSALS.invalidInternal)
  if (file.size === 0) throw new Refusal(400, REFUSALS.invalidInternal)
  const head = await readHead(file)
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
    return { data: await withFile(file.path, (handle) => readStart(handle, file.size)), permit }
  } catch (error) {
    permit.release()
    throw error
  }
}

/** Most sources are JPEGs, and a large head of each would lie about until the collector comes by. */
function readHead({ path, size }: LocalFile): Promise<Buffer> {
  return withFile(path, async (handle) => {
    const start = await readStart(handle, Math.min(size, TYPE_BYTES))
    if (size <= TYPE_BYTES || sniff(start)?.format === 'jpeg') return start
    return readStart(handle, Math.min(size, HEAD_BYTES))
  })
}

async function withFile<T>(path: string, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    // Gone, or not readable, since it was found.
    throw new Refusal(404, REFUSALS.invalidInternal, { cause: error })
  })
  try {
    return await use(handle)
  } finally {
    await handle.close()
  }
}

/** The first `size` bytes, or fewer where the file has become shorter. */
async function readStart(handle: FileHandle, size: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(size)
  let filled = 0
  while (filled < size) {
    const { bytesRead } = await handle.read(buffer, filled, size - filled, filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return buffer.subarray(0, filled)
}
