/** `Content-Disposition` of every name, and the headers that the configuration sets. */
import { ODD_NAMES } from '../project.js'
import { group, query, up, WEBP } from './request.js'

const encoded = (name) => `/odd/${encodeURIComponent(name)}`
const REMOTE_PATHS = [
  '/',
  '',
  '/a',
  '/a/',
  '/a.b/c',
  '/a.png/',
  '/.png',
  '/..png',
  '/a%2Fb.png',
  '/a%20b.png',
  '/%E7%8C%AB.png',
  '/a;b.png',
  '/%22.png',
  '/a%0Ab.png',
  '/a%.png',
  '/%ff.png',
  '/a%5Cb.png',
  '/a+b.png',
  "/it's.png",
  '/a,b.png',
  '/(a).png',
  '/a*.png',
  '/~a.png',
  '/%2e%2e.png',
]

export const headers = [
  ...group('default', [
    ...ODD_NAMES.map((name) => [`name ${JSON.stringify(name)}`, query(encoded(name)), WEBP]),
    ...ODD_NAMES.filter((name) => /[^\w.-]/.test(name)).map((name) => [
      `name ${JSON.stringify(name)}, as it is`,
      query(`/odd/${name}`),
      WEBP,
    ]),
    ['static import', query('/_next/static/media/photo.0a1b2c3d.png'), WEBP],
    ['immutable static import', query('/_next/static/immutable/media/photo.0a1b2c3d.png'), WEBP],
    ['cut static import', query('/_next/static/media/cut.0a1b2c3d.png'), WEBP],
    ['original format', query('/exif-1.jpg')],
    ['icon', query('/bitmap.ico')],
    ['bitmap', query('/rgb.bmp')],
    ['Apple icon', query('/icon.icns')],
  ]),
  ...group(
    'remote-any',
    REMOTE_PATHS.map((path) => [`remote ${JSON.stringify(path)}`, query(`http://any.test:{port}${path}`), WEBP]),
  ),
  ...group('remote-any', [
    ['remote with search', query(up({ f: 'rgb.png' }, 'any.test:{port}', '/x/photo.large.png')), WEBP],
    ['remote with a slash in the search', query('http://any.test:{port}/photo.png?x=/y/z.png'), WEBP],
    ['remote with fragment', query('http://any.test:{port}/photo.png#frag/ment.x'), WEBP],
  ]),
  ...group('inline', [
    ['inline picture', query('/rgb.png'), WEBP],
    ['inline SVG', query('/disc.svg')],
    ['inline name', query(encoded('猫.png')), WEBP],
    ['own policy on an error', query('/missing.png')],
  ]),
  ...group('ttl', [
    ['own minimum', query('/rgb.png'), WEBP],
    ['own minimum, static import', query('/_next/static/media/photo.0a1b2c3d.png'), WEBP],
    ['own minimum, passed through', query('/animated.gif'), WEBP],
    ['own minimum, error', query('/missing.png')],
  ]),
  ...group('ttl-0', [
    ['no minimum', query('/rgb.png'), WEBP],
    ['no minimum, static import', query('/_next/static/media/photo.0a1b2c3d.png'), WEBP],
    ['no minimum, asked twice', query('/exif-1.jpg'), { ...WEBP, times: 2 }],
  ]),
]
