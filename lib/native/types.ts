/** Pictures, and what is asked for and told of them. Types only. */

/** The formats that pixmill writes. */
export type Format = 'avif' | 'webp' | 'jpeg' | 'png' | 'gif'

/** The formats that pixmill recognizes. */
export type SourceFormat = Format | 'tiff' | 'bmp' | 'ico' | 'icns' | 'heic' | 'jxl' | 'jp2' | 'svg' | 'pdf' | 'pic'

/** The libraries of SVT-AV1 and libaom: empty for none, absent for what is found. */
export interface EncoderFiles {
  svtAv1?: string | undefined
  libaom?: string | undefined
}

/** A picture: its bytes, or the path of its file. The bytes must not change until the promise settles. */
export type Source = Uint8Array | string

export interface OptimizeOptions {
  /** Width of the box, 1 to 16384 pixels. Absent: as the height decides. */
  width?: number
  /** Height of the box, 1 to 16384 pixels. Absent: as the width decides. */
  height?: number
  /** How the picture fits the box; it is never enlarged. Default `inside`. */
  fit?: 'inside' | 'cover' | 'contain' | 'fill'
  /** 1 to 100, default 75. GIF takes no notice of it; PNG is a palette below 100 where that does not show. */
  quality?: number
  /** Default `auto`: the source's format, or its nearest that is written. */
  format?: Format | 'auto'
  /** Default `balanced`. */
  speed?: 'fast' | 'balanced' | 'small'
  /** @internal Lets a job answer in WebP instead of AVIF: one that is above the memory budget, and a drawing that a palette is right for. */
  mayChangeFormat?: boolean
  /** @internal Takes the time to decode to more pixels than the variant needs, as `small` does: fewer bytes at the same quality. */
  isPrecise?: boolean
  /** @internal Nobody waits for it: it gives way to everything else, and has a quarter of the memory. */
  isIdle?: boolean
  /** Ends the job before its next step; the promise rejects with `signal.reason`. */
  signal?: AbortSignal
}

/** Milliseconds of each step of a job. */
export interface Timings {
  queue: number
  read: number
  decode: number
  resize: number
  encode: number
  total: number
}

export interface OptimizeResult {
  data: Buffer
  format: Format
  width: number
  height: number
  timings: Timings
}

/** What the headers of a picture say; no pixel is decoded. */
export interface Probe {
  format: SourceFormat
  /** As stored, in pixels: orientations 5 to 8 swap the sides when the picture is shown. */
  width: number
  height: number
  /** Exif orientation, 1 to 8. */
  orientation: number
  hasAlpha: boolean
  isAnimated: boolean
  frames: number
}

export interface Sniffed {
  format: SourceFormat
  mime: string
  isAnimated: boolean
}
