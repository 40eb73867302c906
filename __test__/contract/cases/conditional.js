/** Conditional requests. `{etag}` is the tag that the same URL just gave, quotes and all; `{tag}` is it without quotes. */
import { group, query } from './request.js'

const NONE_MATCH = [
  '{etag}',
  'W/{etag}',
  '*',
  ' * ',
  '"other"',
  '"other", {etag}',
  '{etag}, "other"',
  '"other",W/{etag}',
  '"a","b","c",{etag}',
  '',
  '""',
  'garbage',
  '"{tag}x"',
  '"x{tag}"',
  '{etag},',
  ',{etag}',
  ' {etag} ',
  'w/{etag}',
  '{etag}{etag}',
  '"*"',
  '*, {etag}',
  'W/"other"',
]
const CONTROLS = [
  'no-cache',
  'max-age=0',
  'max-age=0, no-cache',
  'NO-CACHE',
  'no-cache="x"',
  'no-store',
  'x-no-cache',
  'no-cache-x',
  'only-if-cached',
]

const source = query('/img/a.png')
const send = (headers, more = {}) => ({ headers, ...more })

export const conditional = [
  ...group('default', [
    ...NONE_MATCH.map((tags) => [`If-None-Match: ${tags}`, source, send({ 'if-none-match': tags })]),
    ...CONTROLS.map((value) => [
      `Cache-Control: ${value}`,
      source,
      send({ 'if-none-match': '{etag}', 'cache-control': value }),
    ]),
    ['HEAD that matches', source, send({ 'if-none-match': '{etag}' }, { method: 'HEAD' })],
    ['HEAD that does not match', source, send({ 'if-none-match': '"other"' }, { method: 'HEAD' })],
    ['HEAD', source, send({}, { method: 'HEAD' })],
    ['If-Modified-Since alone', source, send({ 'if-modified-since': 'Wed, 01 Jan 2031 00:00:00 GMT' })],
    ['If-Modified-Since in the past', source, send({ 'if-modified-since': 'Wed, 01 Jan 2020 00:00:00 GMT' })],
    [
      'If-Modified-Since beside a match',
      source,
      send({ 'if-none-match': '{etag}', 'if-modified-since': 'Wed, 01 Jan 2020 00:00:00 GMT' }),
    ],
    ['If-Match', source, send({ 'if-match': '"other"' })],
    ['If-Unmodified-Since', source, send({ 'if-unmodified-since': 'Wed, 01 Jan 2020 00:00:00 GMT' })],
    ['Pragma: no-cache', source, send({ 'if-none-match': '{etag}', pragma: 'no-cache' })],
    ['Range', source, send({ range: 'bytes=0-9' })],
    ['Range that matches', source, send({ range: 'bytes=0-9', 'if-none-match': '{etag}' })],
    ['the tag of another format', source, send({ 'if-none-match': '{etag}', accept: 'image/webp' })],
    ['match on a static import', query('/_next/static/media/photo.0a1b2c3d.png'), send({ 'if-none-match': '{etag}' })],
    ['match on what is passed through', query('/animated.gif'), send({ 'if-none-match': '{etag}' })],
    [
      'match on WebP',
      query('/exif-1.jpg'),
      send({ 'if-none-match': '{etag}', accept: 'image/webp' }, { hasOwnAccept: true }),
    ],
    ['star on a missing file', query('/missing.png'), send({ 'if-none-match': '*' })],
    ['star on a bad request', 'url=%2Frgb.png&w=641&q=75', send({ 'if-none-match': '*' })],
    ['star on what is no picture', query('/page.png'), send({ 'if-none-match': '*' })],
    ['star before anything is cached', query('/photo-gray.jpg', '48'), send({ 'if-none-match': '*' })],
  ]),
  ...group('dev', [
    ['dev: match', source, send({ 'if-none-match': '{etag}' })],
    ['dev: no match', source, send({ 'if-none-match': '"other"' })],
  ]),
]
