/** Bodies of upstreams: wrong ones, types that lie, every kind of picture, encodings. */
import { fetched as one } from './request.js'

const wrong = [
  one('empty body', { b: 'empty' }),
  one('empty file', { f: 'empty.png' }),
  one('empty body, Content-Length 0', { b: 'empty', h: { 'content-length': '0' } }),
  one('chunked body', { b: 'chunked' }),
  one('half of a picture', { b: 'half' }),
  one('shorter than Content-Length', { b: 'short' }),
  one('longer than Content-Length', { b: 'long' }),
  one('half of what gzip made', { b: 'half', e: 'gzip', h: { 'content-encoding': 'gzip' } }),
  one('half of what Brotli made', { b: 'half', e: 'br', h: { 'content-encoding': 'br' } }),
  one('half of what deflate made', { b: 'half', e: 'deflate', h: { 'content-encoding': 'deflate' } }),
  one('something behind what gzip made', { b: 'tail', e: 'gzip', h: { 'content-encoding': 'gzip' } }),
  one('something behind what Brotli made', { b: 'tail', e: 'br', h: { 'content-encoding': 'br' } }),
  one('something behind what deflate made', { b: 'tail', e: 'deflate', h: { 'content-encoding': 'deflate' } }),
  one('something behind the picture', { b: 'tail' }),
  one('early hints', { b: 'hints' }),
  one('100 Continue', { b: 'continue' }),
  one('connection reset at once', { b: 'reset' }),
  one('connection reset inside', { b: 'broken' }),
  one('no picture', { f: 'page.png', h: { 'content-type': 'image/png' } }),
  one('JSON', { f: 'data.webp' }),
  one('SVG', { f: 'disc.svg', h: { 'content-type': 'image/png' } }),
  one('PDF', { f: 'paper.pdf', h: { 'content-type': 'image/png' } }),
]

const TYPES = [
  undefined,
  'image/png',
  'image/jpeg',
  'text/html',
  'application/octet-stream',
  'image/svg+xml',
  'IMAGE/PNG',
  'image/png; charset=x',
  'image/png, text/html',
  'nonsense',
  'image/gif,',
  'application/json',
]
const typed = TYPES.map((type) =>
  one(`Content-Type ${type}`, type === undefined ? {} : { h: { 'content-type': type } }),
)

const FILES = [
  'photo.webp',
  'photo.avif',
  'still.gif',
  'animated.gif',
  'animated.webp',
  'rgb.bmp',
  'png.ico',
  'rgb.tiff',
  'alpha.png',
  'cut.png',
  'cut.jpg',
  'exif-6.jpg',
  'box.heic',
  'naked.jxl',
]
const formats = FILES.flatMap((f) => [one(`${f} as WebP`, { f }), one(`${f} as it is`, { f }, {})])

const ENCODINGS = [
  ['gzip', 'gzip'],
  ['br', 'br'],
  ['deflate', 'deflate'],
  ['raw', 'deflate'],
  ['gzip', 'x-gzip'],
  ['gzip', 'GZIP'],
  ['gzip', ' gzip '],
  ['gzip,gzip', 'gzip, gzip'],
  ['gzip,br', 'gzip, br'],
  ['br,gzip', 'br,gzip'],
  ['deflate,gzip', 'deflate, gzip'],
  ['gzip,br,deflate,gzip,br', 'gzip, br, deflate, gzip, br'],
  ['gzip,br,deflate,gzip,br,gzip', 'gzip, br, deflate, gzip, br, gzip'],
  ['', 'identity'],
  ['gzip', 'gzip, identity'],
  ['', ''],
  ['', 'gzip'],
  ['gzip', ''],
  ['gzip', undefined],
  ['', 'br'],
  ['', 'deflate'],
  ['', 'zstd'],
  ['', 'compress'],
  ['', 'utf-8'],
  ['gzip', 'gzip,'],
  ['gzip', ',gzip'],
]
const encodings = ENCODINGS.map(([e, said]) => {
  return one(`encoded ${e || 'not'}, says ${said}`, { e, h: said === undefined ? {} : { 'content-encoding': said } })
})

export const bodies = [...wrong, ...typed, ...formats, ...encodings]
