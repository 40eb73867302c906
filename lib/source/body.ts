/** Reads a body into one buffer, under a permit that is taken before the bytes are. Never holds more than the limit. */
import type { Permit } from '../native.js'
import { Refusal } from '../request/index.js'
import { createRoom } from './room.js'
import type { Lender, Loaded } from './source.js'

export interface BodyRules {
  readonly lender: Lender
  readonly maxBytes: number
  /** The text of the refusal of a body that is too long or empty. */
  readonly message: string
  /** Waits for memory; a deadline stands still meanwhile. */
  readonly wait?: <T>(start: () => Promise<T>) => Promise<T>
}

/** First loan where the length is not known. */
const STEP_BYTES = 256 * 1024

/** `declaredBytes`: the Content-Length, where it counts the bytes that `body` yields. */
export async function readBody(
  body: AsyncIterable<Uint8Array>,
  declaredBytes: number | null,
  rules: BodyRules,
): Promise<Loaded> {
  if (declaredBytes !== null && declaredBytes > rules.maxBytes) throw new Refusal(413, rules.message)
  const wait = rules.wait ?? ((start) => start())
  const capacity = declaredBytes ?? Math.min(STEP_BYTES, rules.maxBytes)
  const permit = await wait(() => rules.lender.reserve(Math.max(capacity, 1)))
  try {
    const data = await fill(body, Buffer.allocUnsafeSlow(capacity), rules, (bytes) => wait(() => permit.grow(bytes)))
    if (data.byteLength === 0) throw new Refusal(400, rules.message)
    return { data, permit }
  } catch (error) {
    permit.release()
    throw error
  }
}

type Grow = (bytes: number) => ReturnType<Permit['grow']>

async function fill(
  body: AsyncIterable<Uint8Array>,
  first: Buffer,
  { maxBytes, message }: BodyRules,
  grow: Grow,
): Promise<Buffer> {
  const room = createRoom(first, maxBytes, grow)
  let filled = 0
  try {
    // Leaving the loop by an error destroys the stream, so an endless body ends here.
    for await (const chunk of body) {
      const needed = filled + chunk.byteLength
      if (needed > maxBytes) throw new Refusal(413, message)
      await room.reserve(needed)
      room.bytes.set(chunk, filled)
      filled = needed
    }
    return await room.take(filled)
  } catch (error) {
    room.drop()
    throw error
  }
}
