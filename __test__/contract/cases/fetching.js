/** Upstreams: statuses, redirects, what they are told of the client, what they say about caching, limits. */
import { bodies } from './bodies.js'
import { CONTROLS } from './controls.js'
import { group, fetched as one, query, up, WEBP } from './request.js'

const STATUSES = [
  200, 201, 202, 203, 204, 205, 206, 226, 300, 304, 305, 306, 400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 418,
  429, 451, 499, 500, 501, 502, 503, 504, 511, 599, 600, 700, 999,
]
const REDIRECTS = [301, 302, 303, 307, 308]
const to = (location, s = 302) => ({ s, h: { location } })

const redirects = [
  ...REDIRECTS.map((s) => one(`${s} to a picture`, to('/api/up/b.png', s))),
  ...REDIRECTS.map((s) => one(`${s} without Location`, { s })),
  ...[300, 304, 305, 306, 200, 201, 404].map((s) => one(`${s} with Location`, to('/api/up/b.png', s))),
  ...[1, 2, 3, 4, 5, -1].map((hops) => one(`${hops} redirects`, { hops })),
  one('relative Location', to('b.png')),
  one('Location with dots', to('../up/b.png')),
  one('Location that is a search', to('?f=exif-1.jpg')),
  one('protocol-relative Location', to('//127.0.0.1:{port}/api/up/b.png')),
  one('absolute Location', to('http://127.0.0.2:{port}/api/up/b.png')),
  one('Location with fragment', to('/api/up/b.png#x')),
  one('empty Location', to('')),
  one('broken Location', to('http://')),
  one('Location with a space', to(' /api/up/b.png ')),
  one('Location of a closed port', to('http://127.0.0.1:1/b.png')),
]

const controls = CONTROLS.map((said) => one(`Cache-Control: ${said}`, { h: { 'cache-control': said } }))

const CLIENTS = {
  cookie: 'a=b',
  authorization: 'Basic dTpw',
  'x-forwarded-for': '1.2.3.4',
  'x-forwarded-host': 'evil.test',
  referer: 'http://page.test/',
  origin: 'http://page.test',
  'accept-charset': 'utf-8',
  'if-modified-since': 'Wed, 01 Jan 2020 00:00:00 GMT',
  range: 'bytes=0-9',
  'x-custom': '1',
}
const client = [
  ...Object.entries(CLIENTS).map(([name, value]) =>
    one(`nothing of the client: ${name}`, { ban: name }, { headers: { accept: 'image/webp', [name]: value } }),
  ),
  ...['accept', 'user-agent', 'accept-encoding', 'host'].map((name) => one(`sends ${name}`, { need: name })),
  [
    'sends what the URL says of user and password',
    query(up({ need: 'authorization' }, 'user:pw@127.0.0.1:{port}')),
    WEBP,
  ],
  ['sends a user without password', query(up({ need: 'authorization' }, 'user@127.0.0.1:{port}')), WEBP],
  [
    'sends nothing of user and password to the next hop',
    query(up({ hops: 1, ban: 'authorization' }, 'user:pw@127.0.0.1:{port}')),
    WEBP,
  ],
]

const others = [
  one('Expires', { h: { expires: 'Wed, 01 Jan 2031 00:00:00 GMT' } }),
  one('Age', { h: { 'cache-control': 'max-age=20000', age: '10000' } }),
  one('Pragma', { h: { pragma: 'no-cache' } }),
  one('Vary star', { h: { vary: '*' } }),
  one('Set-Cookie', { h: { 'set-cookie': 'a=b' } }),
  one('ETag', { h: { etag: '"abc"' } }),
  one('weak ETag', { h: { etag: 'W/"abc"' } }),
  one('two Cache-Control', { h: { 'cache-control': ['max-age=20000', 'public'] } }),
  one('Content-Disposition', { h: { 'content-disposition': 'inline; filename="evil.html"' } }),
  one('Content-Security-Policy', { h: { 'content-security-policy': "default-src 'self'" } }),
  one('asked twice', {}, { ...WEBP, times: 2 }),
  one('asked twice, max-age=0', { h: { 'cache-control': 'max-age=0' } }, { ...WEBP, times: 2 }),
]

export const fetching = [
  ...group('remote-any', [
    ...STATUSES.map((s) => one(`status ${s}`, { s })),
    ...STATUSES.slice(4).map((s) => one(`status ${s}, no body`, { s, b: 'empty' })),
    ...redirects,
    ...bodies,
    ...controls,
    ...client,
    ...others,
    ['closed port', query('http://127.0.0.1:1/a.png')],
    ['name that does not exist', query('http://nothing.invalid/a.png')],
    ['TLS to a plain port', query('https://127.0.0.1:{port}/api/up/a.png')],
  ]),
  ...group(
    'ttl-0-remote',
    CONTROLS.map((said) => one(`no minimum, Cache-Control: ${said}`, { h: { 'cache-control': said } })),
  ),
  ...group('small', [
    ['body above the limit', query(up({ f: 'rgb.bmp' }))],
    ['body above the limit, chunked', query(up({ f: 'rgb.bmp', b: 'chunked' }))],
    ['body without end', query(up({ b: 'endless' }))],
    ['body below the limit', query(up({ f: 'rgb.png' }))],
    ['file above the limit', query('/rgb.bmp')],
    ['file below the limit', query('/rgb.png')],
    [
      'small body that unpacks above the limit',
      query(up({ f: 'rgb.bmp', e: 'gzip', h: { 'content-encoding': 'gzip' } })),
    ],
    ['no redirect at all', query(up({ hops: 1 }))],
    ['no redirect needed', query(up({}))],
  ]),
  ...group('silent', [
    ['upstream that says nothing', query(up({ b: 'silent' }))],
    ['upstream that stops after its headers', query(up({ b: 'stalled' }))],
    ['upstream that stops after a redirect', query(up({ b: 'silent', hops: 1 }))],
  ]),
  ...group(
    'two-redirects',
    [0, 1, 2, 3].map((hops) => [`two allowed, ${hops} made`, query(up({ hops }))]),
  ),
]
