/**
 * Room for a body that may be longer than it seemed: it grows in place, so that its bytes are held once, and goes back to the system at once, not
 * when the collector comes by. Knows no limit but its own.
 */
import { constants } from 'node:buffer'

export interface Room {
  readonly bytes: Uint8Array
  /** Room for `needed` bytes; what is there stays. */
  reserve(needed: number): Promise<void>
  /** The first `size` bytes, in a buffer of their own that does not grow: not everything that takes a Buffer takes one that does. */
  take(size: number): Promise<Buffer>
  /** Instead of `take`. */
  drop(): void
}

const MAX_STEP_BYTES = 4 * 1024 * 1024

/** `grow` is waited for before that many bytes are held in all. */
export function createRoom(first: Buffer, maxBytes: number, grow: (bytes: number) => Promise<unknown>): Room {
  let bytes: Uint8Array<ArrayBufferLike> = first
  let store: ArrayBuffer | undefined

  const enlarge = (capacity: number) => {
    if (store !== undefined) return store.resize(capacity)
    store = new ArrayBuffer(capacity, { maxByteLength: Math.min(maxBytes, constants.MAX_LENGTH) })
    const larger = new Uint8Array(store)
    larger.set(bytes)
    bytes = larger
  }

  return {
    get bytes() {
      return bytes
    },
    async reserve(needed) {
      const { byteLength } = bytes
      if (needed <= byteLength) return
      const capacity = Math.min(maxBytes, Math.max(needed, byteLength + Math.min(byteLength, MAX_STEP_BYTES)))
      await grow(capacity)
      enlarge(capacity)
    },
    async take(size) {
      if (store === undefined) return first.subarray(0, size)
      await grow(bytes.byteLength + size)
      const whole = Buffer.allocUnsafeSlow(size)
      whole.set(bytes.subarray(0, size))
      store.resize(0)
      return whole
    },
    drop() {
      store?.resize(0)
    },
  }
}
