/** `Content-Disposition` with a name for people: plain ASCII for old clients, UTF-8 where that is not enough (RFC 6266, RFC 8187). */
import { toExtension } from './media-type.js'

/** What a quoted string cannot hold in every client. */
const LOSSY = /[^\x20-\x7e]/g
/** Some clients read `%41` in a plain name as an escape. */
const ESCAPE = /%[0-9A-Fa-f]{2}/

export function toDisposition(type: string, href: string, mimeType: string): string {
  const name = toFileName(href, mimeType)
  const plain = name.replace(LOSSY, '?')
  const needsUtf8 = plain !== name || ESCAPE.test(name)
  return `${type}; filename="${plain.replace(/[\\"]/g, '\\$&')}"${needsUtf8 ? `; filename*=UTF-8''${encode(name)}` : ''}`
}

/** The last part of the path up to its first dot, as Next, and the extension of the answer. Decoded: Next saves `%E7%8C%AB.webp`. */
function toFileName(href: string, mimeType: string): string {
  const [path = ''] = href.split(/[?#]/, 1)
  const last = path.slice(path.lastIndexOf('/') + 1)
  if (last === '') return 'image.bin'
  const [stem = ''] = decode(last).split('.', 1)
  return `${stem}.${toExtension(mimeType)}`
}

/** An encoded slash would name a folder. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment).replace(/[/\\]/g, '_')
  } catch {
    return segment
  }
}

function encode(name: string): string {
  return encodeURIComponent(name.replace(/\p{Surrogate}/gu, '\ufffd')).replace(/['()*]/g, toPercent)
}

function toPercent(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase()}`
}
