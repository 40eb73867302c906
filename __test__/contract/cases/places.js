/** Where the endpoint lies: base path, methods, slashes, what is not the endpoint; and the rules of development. */
import { group, query, WEBP } from './request.js'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND', 'PURGE']
const a = query('/rgb.png')
const PATHS = [
  '/_next/image/',
  '/_next/image//',
  '/_next//image',
  '//_next/image',
  '/_next/Image',
  '/_NEXT/image',
  '/_next/images',
  '/_next/image.png',
  '/_next/image/x',
  '/_next/%69mage',
  '/_next/image%20',
  '/docs/_next/image',
  '/_next/image;x',
  '/_next/./image',
  '/_next/x/../image',
]

const methods = (search, label) => METHODS.map((method) => [`${method} ${label}`, search, { method }])

export const places = [
  ...group('default', [
    ...methods(query('/rgb.png', '128'), 'of what is cached').map(([name, search, more]) => [
      name,
      search,
      { ...more, isWarm: true },
    ]),
    ...METHODS.map((method, i) => [
      `${method} of what is not cached`,
      query(`/exif-${(i % 8) + 1}.jpg`, i < 8 ? '256' : '384'),
      { method },
    ]),
    ...methods('url=%2Frgb.png&w=641&q=75', 'of a bad request'),
    ...methods(query('/missing.png'), 'of a missing file'),
    ...PATHS.map((path) => [`path ${path}`, a, { path }]),
    ['absolute request target', a, { path: 'http://example.com/_next/image' }],
    ['no query at all', null, {}],
    ['only a question mark', '', {}],
    ['request with a body', a, { method: 'GET', headers: { 'content-length': '0' } }],
    ['HTTP/1.1 with Expect', a, { headers: { expect: '100-continue' } }],
    ['unknown Host', a, { headers: { host: 'evil.example' } }],
    ['X-Forwarded headers', a, { headers: { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' } }],
    ...[
      'rsc',
      'next-router-prefetch',
      'x-nextjs-data',
      'purpose',
      'x-matched-path',
      'x-invoke-path',
      'x-invoke-status',
      'x-http-method-override',
    ].map((name) => [`header ${name}`, a, { headers: { [name]: '1' } }]),
    ['middleware header', a, { headers: { 'x-middleware-subrequest': 'middleware' } }],
    ['cookie and authorization', a, { headers: { cookie: 'a=b', authorization: 'Basic eDp5' } }],
  ]),
  ...group('collisions', [
    [
      'after another whose url and width are written alike',
      query('/photo-large.jpg?x=16', '64'),
      { before: query('/photo-large.jpg?x=1', '664') },
    ],
  ]),
  ...group('no-disk', [['without a disk cache, asked twice', a, { times: 2 }]]),
  ...group('unoptimized', [
    ['unoptimized', a],
    ['unoptimized, bad request', ''],
  ]),
  ...group('base-path', [
    ['with the base path', query('/docs/rgb.png'), { path: '/docs/_next/image' }],
    ['url without the base path', query('/rgb.png'), { path: '/docs/_next/image' }],
    ['endpoint without the base path', query('/docs/rgb.png'), { path: '/_next/image' }],
    ['base path twice', query('/docs/docs/rgb.png'), { path: '/docs/_next/image' }],
    ['base path as a beginning', query('/docsx/rgb.png'), { path: '/docs/_next/image' }],
    ['base path alone', query('/docs'), { path: '/docs/_next/image' }],
    ['static import', query('/docs/_next/static/media/photo.0a1b2c3d.png'), { path: '/docs/_next/image' }],
    ['static import without base path', query('/_next/static/media/photo.0a1b2c3d.png'), { path: '/docs/_next/image' }],
    ['recursive', query('/docs/_next/image?url=x'), { path: '/docs/_next/image' }],
    ['recursive without base path', query('/_next/image?url=x'), { path: '/docs/_next/image' }],
    ['missing', query('/docs/missing.png'), { path: '/docs/_next/image' }],
    ['search', query('/docs/rgb.png?v=1'), { path: '/docs/_next/image' }],
    ['slash at the end', query('/docs/rgb.png'), { path: '/docs/_next/image/' }],
    ['base path in capitals', query('/DOCS/rgb.png'), { path: '/docs/_next/image' }],
    ['bad request', 'url=%2Fdocs%2Frgb.png&w=1&q=75', { path: '/docs/_next/image' }],
  ]),
  ...group('base-path-patterns', [
    ['inside the pattern', query('/docs/img/a.png'), { path: '/docs/_next/image' }],
    ['outside of the pattern', query('/docs/rgb.png'), { path: '/docs/_next/image' }],
    ['pattern without the base path', query('/img/a.png'), { path: '/docs/_next/image' }],
    [
      'static import beside own patterns',
      query('/docs/_next/static/media/photo.0a1b2c3d.png'),
      { path: '/docs/_next/image' },
    ],
  ]),
]

const dev = (name, w, q, url = '/rgb.png', more = {}) => [`dev: ${name}`, query(url, w, q), more]

export const development = [
  ...group('dev', [
    dev('picture', '640', '75'),
    dev('picture as WebP', '640', '75', '/rgb.png', WEBP),
    dev('placeholder', '8', '70'),
    dev('placeholder as WebP', '8', '70', '/rgb.png', WEBP),
    dev('placeholder of a photo', '8', '70', '/photo-baseline.jpg', WEBP),
    dev('narrow placeholder', '3', '70'),
    dev('one pixel', '1', '70'),
    dev('width 8 at quality 75', '8', '75'),
    dev('width 5 at quality 75', '5', '75'),
    dev('width 9', '9', '70'),
    dev('width 0', '0', '70'),
    dev('quality 70 at any width', '640', '70'),
    dev('quality 71', '640', '71'),
    dev('quality 71 at width 8', '8', '71'),
    dev('placeholder of an SVG', '8', '70', '/disc.svg'),
    dev('placeholder of an animation', '8', '70', '/animated.gif'),
    dev('placeholder of a bitmap', '8', '70', '/rgb.bmp'),
    dev('placeholder of no picture', '8', '70', '/page.png'),
    dev('placeholder of a cut file', '8', '70', '/cut.png'),
    dev('missing', '640', '75', '/missing.png'),
    dev('asked twice', '640', '75', '/exif-1.jpg', { times: 2 }),
    dev('HEAD', '640', '75', '/rgb.png', { method: 'HEAD' }),
  ]),
]
