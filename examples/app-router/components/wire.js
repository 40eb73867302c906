// What the browser says about the pictures it loaded: address, bytes, type, and the bytes of each original. Reads only.

const endpoint = '/_next/image'

/** Is this address one that pixmill answered? */
export const isVariant = (address) => new URL(address, location.href).pathname === endpoint

/** The address of the original behind a variant. */
const originalOf = (address) => new URL(new URL(address).searchParams.get('url'), location.href).href

/** The width that was asked for. */
export const widthOf = (address) => Number(new URL(address).searchParams.get('w'))

const sizes = new Map()

/** Bytes of the original, asked for once with a HEAD request. */
export function originalBytes(address) {
  const original = originalOf(address)
  if (!sizes.has(original)) {
    // An origin that this browser cannot reach counts as nothing; the picture came through pixmill all the same.
    const size = fetch(original, { method: 'HEAD' }).then(
      ({ headers }) => Number(headers.get('content-length')),
      () => 0,
    )
    sizes.set(original, size)
  }
  return sizes.get(original)
}

export function formatBytes(bytes) {
  if (bytes < 1024 * 1024) return `${Math.max(1, Math.round(bytes / 1024))} KB`
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`
}

/** `image/avif` -> `AVIF`; an empty type, from a browser that does not tell, stays empty. */
export const formatName = (type) => (type ?? '').replace('image/', '').toUpperCase()
