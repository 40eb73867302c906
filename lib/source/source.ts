/** What a source is to the rest of the package: original bytes, in memory under a permit or in a file. */
import type { Permit } from '../native.js'
import type { SourceHeaders } from './source-headers.js'

/** Who lends the bytes that a source takes. An engine is one. */
export interface Lender {
  reserve(bytes: number): Promise<Permit>
}

export interface Source {
  /** A file that the engine reads itself, under its own permit. */
  readonly path: string | null
  readonly size: number
  /** The first bytes, enough to tell the type. All of them where `path` is null. */
  readonly head: Buffer
  /** Covers the bytes in memory. */
  readonly permit: Permit | undefined
  /** Of the answer that brought it. */
  readonly headers: SourceHeaders
  /** It is what the caller's validators describe: there are no bytes. */
  readonly isUnchanged: boolean
  /** All bytes, under a permit. */
  read(): Promise<Buffer>
  /** Gives the bytes back. The source must not be used afterwards. */
  release(): void
}

/** Bytes that were read, and what covers them. */
export interface Loaded {
  readonly data: Buffer
  readonly permit: Permit
}

export function toMemorySource({ data, permit }: Loaded, headers: SourceHeaders): Source {
  return {
    path: null,
    size: data.byteLength,
    head: data,
    permit,
    headers,
    isUnchanged: false,
    read: async () => data,
    release: () => permit.release(),
  }
}

const NOTHING = Buffer.alloc(0)

/** The upstream's 304. */
export function toUnchangedSource(headers: SourceHeaders): Source {
  return {
    path: null,
    size: 0,
    head: NOTHING,
    permit: undefined,
    headers,
    isUnchanged: true,
    read: async () => NOTHING,
    release: () => {},
  }
}
