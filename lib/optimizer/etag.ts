/** Entity tags: quoted, from the bytes alone, so that they are the same in every process and after every restart. */
import { createHash, webcrypto } from 'node:crypto'

/** Hashing a megabyte takes about a millisecond; more of it leaves the main thread. */
const SYNC_BYTES = 1 << 20

export async function toEtag(data: Buffer): Promise<string> {
  return `"${data.byteLength <= SYNC_BYTES ? hash(data) : await hashApart(data)}"`
}

function hash(data: Buffer): string {
  return createHash('sha256').update(data).digest('base64url')
}

async function hashApart(data: Buffer): Promise<string> {
  return Buffer.from(await webcrypto.subtle.digest('SHA-256', data as Uint8Array<ArrayBuffer>)).toString('base64url')
}

/** Whether the client's copy is the current one: weak comparison (RFC 9110), and a reload asks for the bytes. */
export function isNotModified(
  ifNoneMatch: string | undefined,
  cacheControl: string | undefined,
  etag: string,
): boolean {
  if (ifNoneMatch === undefined || (cacheControl !== undefined && /(?:^|,)\s*no-cache\s*(?:,|$)/i.test(cacheControl)))
    return false
  if (ifNoneMatch.trim() === '*') return true
  return ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag)
}
