/** What the two engines of a bench run have in common: the interface, and the words they exchange with the parent process. */

export type EngineName = 'pixmill' | 'sharp'

export type BenchFormat = 'avif' | 'jpeg' | 'png' | 'webp'

export interface Variant {
  readonly width: number
  readonly format: BenchFormat
  readonly quality: number
}

export interface BenchEngine {
  /** Name and number of everything that makes the pixels. */
  readonly versions: Readonly<Record<string, string>>
  /** Resolves to the encoded bytes. */
  makeVariant(source: Buffer, variant: Variant): Promise<Uint8Array>
}

export interface Task extends Variant {
  readonly path: string
}

export interface Measured {
  readonly wallMs: number
  /** User and system time of all threads of the process. */
  readonly cpuMs: number
  readonly bytes: number
  /** The process's resident memory at its highest, above what it had when it was loaded and idle. */
  readonly peakBytes: number
}

export type Result = Measured | { readonly error: string }

/** The first message of a worker. */
export type Hello =
  | { readonly versions: Readonly<Record<string, string>>; readonly isPeakPerTask: boolean }
  | { readonly error: string }
