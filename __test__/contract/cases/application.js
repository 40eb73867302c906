/** Local URLs that the application answers: with `--origin` here, Next's own routes there. */
import { group, query, route, WEBP } from './request.js'

const one = (name, options, more = WEBP) => [name, query(route({ ...options, n: name })), more]
const STATUSES = [200, 201, 203, 204, 206, 301, 304, 307, 400, 401, 403, 404, 410, 418, 429, 500, 502, 503, 504]
const CONTROLS = [
  'max-age=20000',
  's-maxage=20000, max-age=1',
  'no-store',
  'private, max-age=20000',
  'max-age=1',
  'public, max-age=0, must-revalidate',
]
const FILES = [
  'photo.webp',
  'animated.gif',
  'rgb.bmp',
  'rgb.tiff',
  'disc.svg',
  'page.png',
  'cut.png',
  'exif-6.jpg',
  'alpha.png',
]

export const application = group('application', [
  ...STATUSES.map((s) => one(`status ${s}`, { s, h: { location: '/api/up/b.png' } })),
  ...CONTROLS.map((said) => one(`Cache-Control: ${said}`, { h: { 'cache-control': said } })),
  ...FILES.map((f) => one(`file ${f}`, { f })),
  one('empty body', { b: 'empty' }),
  one('chunked body', { b: 'chunked' }),
  one('half of a picture', { b: 'half' }),
  one('Content-Type lies', { h: { 'content-type': 'text/html' } }),
  one('an encoded answer', { e: 'gzip', h: { 'content-encoding': 'gzip' } }),
  one('ETag', { h: { etag: '"abc"' } }),
  one('asked twice', {}, { ...WEBP, times: 2 }),
  one('HEAD', {}, { ...WEBP, method: 'HEAD' }),
  one('POST', {}, { ...WEBP, method: 'POST' }),
  ['a file of the application', query('/rgb.png'), WEBP],
  ['missing', query('/missing.png'), WEBP],
  ['a page', query('/'), WEBP],
  ['protocol-relative', query('//127.0.0.1:{port}/a.png'), WEBP],
  ['name with a colon', query('/a:b@127.0.0.1:{port}/a.png'), WEBP],
  ['search of its own', query('/api/up/x.png?f=exif-1.jpg&s=200'), WEBP],
  ['fragment', query('/api/up/x.png#y'), WEBP],
])
