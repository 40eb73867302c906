/** Memory for bodies on their way to clients. */

/** Small bodies share a piece of memory: a fresh one for each costs as much as the copy. A slow client keeps no more alive than this. */
const SLAB_BYTES = 64 * 1024
const SMALL_BYTES = 16 * 1024

export function createBodies() {
  let slab = Buffer.allocUnsafeSlow(SLAB_BYTES)
  let used = 0
  return {
    /** Never handed out twice. */
    take(size: number): Buffer {
      if (size > SMALL_BYTES) return Buffer.allocUnsafe(size)
      if (used + size > SLAB_BYTES) {
        slab = Buffer.allocUnsafeSlow(SLAB_BYTES)
        used = 0
      }
      used += size
      return slab.subarray(used - size, used)
    },
  }
}
