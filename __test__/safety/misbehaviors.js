/** What upstreams do wrong, and what the client is told. Data and one line each; `upstream.js` moves the bytes. */
import { makePng } from '../pictures.js'
import { BOMBS } from './bombs.js'
import { drip, pour } from './upstream.js'

export const picture = makePng(40, 30)

const OK = 'HTTP/1.1 200 OK\r\n'
const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`
const MEGABYTE = 1024 ** 2
const noise = Buffer.alloc(65_536, 'x')

const withLength = (length) => `${OK}Content-Length: ${length}\r\n\r\n`
const redirect = (location) => `HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: ${location}\r\n\r\n`
const say =
  (...parts) =>
  (socket) =>
    socket.end(Buffer.concat(parts.map((part) => Buffer.from(part))))
const sayAndWait = (text) => (socket) => socket.write(text)
const sayAndPour = (text, next) => (socket) => {
  socket.write(text)
  pour(socket, next)
}
const sayAndDrip = (text, bytes) => (socket) => {
  socket.write(text)
  drip(socket, bytes)
}
const sayAndReset = (text) => (socket) => socket.write(text, () => socket.resetAndDestroy())

/** Name, what it does, and the status. */
export const GOOD = ['good', say(withLength(picture.length), picture), 200]

export const BOMB_FAULTS = BOMBS.map(([encoding, body], index) => [
  `bomb ${index}: ${encoding}`,
  say(`${OK}Content-Encoding: ${encoding}\r\nContent-Length: ${body.length}\r\n\r\n`, body),
  413,
])

const bodies = [
  ['endless, of no length', sayAndPour(`${OK}\r\n`, () => noise), 413],
  ['endless, chunked', sayAndPour(CHUNKED, () => `10000\r\n${noise}\r\n`), 413],
  ['endless, encoded', sayAndPour(`${OK}Content-Encoding: gzip\r\n\r\n`, () => BOMBS[0][1]), 413],
  ['of a length beyond all limits', sayAndWait(withLength('9'.repeat(15))), 413],
  ['of a length beyond all numbers', sayAndWait(withLength('9'.repeat(40))), 500],
  ['shorter than it said', say(withLength(picture.length + 1), picture), 500],
  ['of two lengths', say(`${OK}Content-Length: 5\r\n`, withLength(picture.length).slice(OK.length), picture), 500],
  ['of a negative length', say(withLength(-1), picture), 500],
  ['with a length and chunked', say(`${OK}Content-Length: 5\r\n`, CHUNKED.slice(OK.length), '0\r\n\r\n'), 500],
  ['with a chunk of no size', say(CHUNKED, 'picture\r\n\r\n'), 500],
  ['with a chunk of a size beyond all numbers', say(CHUNKED, `${'F'.repeat(40)}\r\n`), 500],
  ['with a chunk that is larger than it said', say(CHUNKED, '5\r\n0123456789\r\n0\r\n\r\n'), 500],
  ['with endless trailers', sayAndPour(`${CHUNKED}1\r\na\r\n0\r\n`, () => 'a: b\r\n'.repeat(10_000)), 500],
  ['reset in the middle', sayAndReset(withLength(picture.length) + picture.toString('latin1', 0, 100)), 500],
  ['of no bytes', say(withLength(0)), 400],
]

const headers = [
  ['headers without end', sayAndPour(OK, () => 'X-Header: value\r\n'.repeat(1_000)), 500],
  ['one header without end', sayAndPour(`${OK}X-Header: `, () => noise), 500],
  [
    '1 MB of headers',
    say(OK, 'X-Header: value\r\n'.repeat(MEGABYTE / 17), withLength(picture.length).slice(OK.length), picture),
    500,
  ],
  ['one header of 1 MB', say(OK, `X-Header: ${'x'.repeat(MEGABYTE)}\r\n`, '\r\n', picture), 500],
  [
    'a switch to another protocol',
    say('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'),
    500,
  ],
  ['no HTTP', say('SSH-2.0-OpenSSH_9.2\r\n'), 500],
  ['HTTP/0.9', say(picture), 500],
  ['HTTP/9.9', say('HTTP/9.9 200 OK\r\n\r\n', picture), 500],
  ['a status of four digits', say('HTTP/1.1 2000 OK\r\n\r\n', picture), 500],
  ['a status of 0', say('HTTP/1.1 000 OK\r\n\r\n', picture), 500],
  ['NUL in a header', say(`${OK}X: a\0b\r\n\r\n`, picture), 500],
  ['an encoding with a NUL', say(`${OK}Content-Encoding: gzip\0\r\n\r\n`, picture), 500],
  ['a TLS alert', say(Buffer.from([21, 3, 1, 0, 2, 2, 70])), 500],
  ['nothing, and an end', say(''), 500],
  ['nothing, and a reset', (socket) => socket.resetAndDestroy(), 500],
]

const LOCATIONS = [
  ...[
    'file:///etc/passwd',
    'FILE:/etc/hostname',
    'data:image/png;base64,AAAA',
    'javascript:alert(1)',
    'ftp://127.0.0.1/',
  ],
  ...[
    'gopher://127.0.0.1/',
    'ws://127.0.0.1/',
    'blob:http://127.0.0.1/a',
    'about:blank',
    'unix:/run/docker.sock',
    'http+unix://a/b',
  ],
]
const NO_URLS = [
  'http://',
  'http://[',
  'https://a b/',
  'http://127.0.0.1:99999/',
  '//',
  'http://%00/',
  '',
  'http://a\tb c/',
]

const redirects = [
  ...LOCATIONS.map((location) => [`a redirect to ${location}`, say(redirect(location)), 400]),
  ...NO_URLS.map((location) => [`a redirect to ${location}, which is no URL`, say(redirect(location)), 500]),
  ['a redirect to itself', (socket, path) => say(redirect(path))(socket), 508],
  ['a redirect to ever longer paths', (socket, path) => say(redirect(`${path}/${path.slice(1, 2_000)}`))(socket), 508],
  ['a redirect to 15 KB', say(redirect(`/good/${'a'.repeat(15_000)}`)), 200],
  ['a redirect to 1 MB', say(redirect(`/${'a'.repeat(MEGABYTE)}`)), 500],
  ['a redirect with an endless body', sayAndPour('HTTP/1.1 302 Found\r\nLocation: /good\r\n\r\n', () => noise), 200],
  ['an error with an endless body', sayAndPour('HTTP/1.1 404 Not Found\r\n\r\n', () => noise), 404],
]

/** These cost the whole time limit. */
export const SLOW = [
  ['silence', () => {}, 504],
  ['headers, and silence', sayAndWait(withLength(picture.length)), 504],
  ['headers, a byte at a time', (socket) => drip(socket, withLength(picture.length)), 504],
  ['a body, a byte at a time', sayAndDrip(withLength(picture.length), picture), 504],
  ['a body, a chunk of one byte at a time', sayAndDrip(CHUNKED, '1\r\na\r\n'.repeat(100)), 504],
]

/** So do these, at full speed and to no end. */
export const FLOODS = [
  ['with an endless size of a chunk', sayAndPour(CHUNKED, () => '0'.repeat(65_536)), 504],
  ['with an endless extension of a chunk', sayAndPour(`${CHUNKED}1;`, () => noise), 504],
  ['of chunks of one byte without end', sayAndPour(CHUNKED, () => '1\r\na\r\n'.repeat(1_000)), 504],
  ['a status line without end', sayAndPour('HTTP/1.1 200 ', () => noise), 504],
  [
    'interim answers without end',
    sayAndPour('', () => 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'.repeat(1_000)),
    504,
  ],
]

export const FAULTS = [...BOMB_FAULTS, ...bodies, ...headers, ...redirects]
