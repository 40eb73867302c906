/** MIME types and file extensions of what is answered, as Next's table has them. */
import type { Format, SourceFormat } from '../native.js'

export const MIME_TYPES: Readonly<Record<SourceFormat, string>> = {
  avif: 'image/avif',
  webp: 'image/webp',
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  tiff: 'image/tiff',
  bmp: 'image/bmp',
  ico: 'image/x-icon',
  icns: 'image/x-icns',
  heic: 'image/heic',
  jxl: 'image/jxl',
  jp2: 'image/jp2',
  svg: 'image/svg+xml',
  pdf: 'application/pdf',
  pic: 'application/octet-stream',
}

const EXTENSIONS: ReadonlyMap<string, string> = new Map(
  (Object.keys(MIME_TYPES) as SourceFormat[]).map((format) => [MIME_TYPES[format], format]),
)

/** `jpeg`, `svg`, `ico`...: what the name of the file ends with. */
export function toExtension(mimeType: string): string {
  return EXTENSIONS.get(mimeType) ?? 'bin'
}

/** `image/avif` -> `avif`. */
export function toFormat(mimeType: string): Format {
  return mimeType.slice('image/'.length) as Format
}
