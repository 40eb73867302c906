/** Small bodies that become 1 GB when their encoding is undone. Never holds more than a megabyte of it. */
import { brotliCompressSync, constants, deflateRawSync, gzipSync } from 'node:zlib'

const MEGABYTE = 1024 ** 2
const COPIES = 1024

/** A block that ends with a full flush refers to nothing before it, so it may be repeated. */
const block = deflateRawSync(Buffer.alloc(MEGABYTE), { finishFlush: constants.Z_FULL_FLUSH })
const LAST_BLOCK = Buffer.from([3, 0])
const deflateRaw = Buffer.concat([...Array(COPIES).fill(block), LAST_BLOCK])

const GZIP_HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])
const ZLIB_HEADER = Buffer.from([0x78, 0x9c])
// Without their checksums: nobody gets that far.
const gzip = Buffer.concat([GZIP_HEADER, deflateRaw])
const brotli = brotliCompressSync(Buffer.alloc(256 * MEGABYTE), { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } })

/** `Content-Encoding` and body. The shortest one has 150 bytes. */
export const BOMBS = [
  ['gzip', gzip],
  ['deflate', Buffer.concat([ZLIB_HEADER, deflateRaw])],
  ['deflate', deflateRaw],
  ['gzip, gzip', gzipSync(gzip)],
  ['gzip, gzip, gzip', gzipSync(gzipSync(gzip))],
  ['deflate, gzip, gzip, gzip, gzip', gzipSync(gzipSync(gzipSync(gzipSync(deflateRaw))))],
  ['br', brotli],
  ['br, gzip, br', brotliCompressSync(gzipSync(brotli))],
]
