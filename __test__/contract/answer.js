/** An answer as the contract sees it: status, text, headers that count, and of a picture what it is; never its pixels. */
import { probe, sniff } from '../../dist/native.js'

const HEADERS = [
  'allow',
  'cache-control',
  'content-disposition',
  'content-security-policy',
  'content-type',
  'location',
  'retry-after',
  'vary',
  'x-content-type-options',
]

/** A page of the application is no part of the contract. */
export const PAGE = '<html>'

/** `recognize`: which original some bytes are. */
export function toAnswer({ status, headers, body }, recognize) {
  const content = toContent(status, headers, body, recognize)
  if (content.text === PAGE) return { status, ...content, headers: {} }
  return {
    status,
    ...content,
    ...(headers.etag === undefined ? {} : { etag: toEtagShape(headers.etag) }),
    ...(headers['x-nextjs-cache'] === undefined ? {} : { cache: headers['x-nextjs-cache'] }),
    headers: Object.fromEntries(HEADERS.flatMap((name) => (name in headers ? [[name, headers[name]]] : []))),
  }
}

function toContent(status, headers, body, recognize) {
  if (body.length === 0) return {}
  if (status !== 200 || headers['x-nextjs-cache'] === undefined) return toText(body)
  const file = recognize(body)
  return { picture: toPicture(body), ...(file === undefined ? {} : { file }) }
}

function toText(body) {
  const text = body.toString('utf8')
  return { text: /^\s*<(?:!doctype|html)/i.test(text) ? PAGE : text.slice(0, 200) }
}

function toPicture(body) {
  const format = sniff(body)?.format ?? 'unknown'
  try {
    const { width, height } = probe(body)
    return `${format} ${width}x${height}`
  } catch {
    return format
  }
}

function toEtagShape(etag) {
  if (/^"[\w-]{43}"$/.test(etag)) return 'quoted'
  return /^[\w-]+$/.test(etag) ? 'bare' : etag
}
