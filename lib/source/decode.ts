/** `Content-Encoding`, undone as a stream: what comes out is counted by whoever reads it, so a bomb ends at the limit. */
import { pipeline, type Readable, Transform, type TransformCallback } from 'node:stream'
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  type InflateRaw,
} from 'node:zlib'
import { REFUSALS, Refusal } from '../request/index.js'

/** As browsers and undici: an upstream must not choose how many decoders we build. */
const MAX_ENCODINGS = 5

/** A truncated stream gives what it holds: the type is told from the bytes, and a cut picture is the decoder's concern. */
const ZLIB = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH }
const BROTLI = { flush: constants.BROTLI_OPERATION_FLUSH, finishFlush: constants.BROTLI_OPERATION_FLUSH }

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip(ZLIB),
  'x-gzip': () => createGunzip(ZLIB),
  deflate: () => new Deflate(),
  br: () => createBrotliDecompress(BROTLI),
}

/** `header` may list several, in the order they were applied. With an unknown one the body stays as it is, as in Next. */
export function decodeBody(body: Readable, header: string | undefined): Readable {
  const names = toNames(header)
  if (names.length > MAX_ENCODINGS) throw new Refusal(400, REFUSALS.invalidUpstream)
  const decoders = names.reverse().map((name) => DECODERS[name])
  if (decoders.length === 0 || decoders.includes(undefined)) return body
  const streams = decoders.map((create) => (create as () => Transform)())
  // Errors arrive at the last stream, where the reader sees them.
  pipeline([body, ...streams], () => {})
  return streams.at(-1) as Transform
}

function toNames(header: string | undefined): string[] {
  if (header === undefined || header.trim() === '') return []
  return header.split(',').map((name) => name.trim().toLowerCase())
}

/** Servers send `deflate` with or without the zlib header; the first byte tells. */
class Deflate extends Transform {
  #inner: InflateRaw | undefined
  #isOver = false
  /** Told once: by zlib, or by the end of what was compressed, after which zlib tells nothing. */
  #settle: (error?: Error | null) => void = () => {}

  override _transform(chunk: Buffer, encoding: BufferEncoding, callback: TransformCallback): void {
    // What stands behind the compressed bytes is not looked at, as with gzip.
    if (chunk.length === 0 || this.#isOver) return callback()
    this.#inner ??= this.#open(chunk)
    this.#settle = once(callback)
    this.#inner.write(chunk, encoding, this.#settle)
  }

  override _flush(callback: TransformCallback): void {
    if (this.#inner === undefined || this.#isOver) return callback()
    this.#settle = once(callback)
    this.#inner.end()
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#inner?.destroy()
    callback(error)
  }

  #open(chunk: Buffer): InflateRaw {
    const inner = ((chunk[0] ?? 0) & 0x0f) === 0x08 ? createInflate(ZLIB) : createInflateRaw(ZLIB)
    inner.on('data', (data) => {
      if (this.push(data)) return
      inner.pause()
    })
    inner.on('end', () => {
      this.#isOver = true
      this.#settle()
    })
    inner.on('error', (error) => this.destroy(error))
    return inner
  }

  override _read(size: number): void {
    this.#inner?.resume()
    super._read(size)
  }
}

function once(callback: TransformCallback): (error?: Error | null) => void {
  let isDone = false
  return (error) => {
    if (isDone) return
    isDone = true
    callback(error)
  }
}
