/** Pictures of another type or size than Next's. */
import { asFormat, refusal, withHeaders } from './answer.js'

const SIZE = '200x150'

export const pictures = [
  {
    id: 'tiff',
    cases: /(cut|big-endian)\.tiff/,
    becomes: () => refusal(400, "The requested resource isn't a valid image."),
  },
  { id: 'tiff', cases: /alpha\.tiff: no/, becomes: (next) => asFormat(next, 'png 96x72') },
  { id: 'tiff', cases: /\.tiff: no/, when: isTiff, becomes: (next) => asFormat(next, 'jpeg 96x72') },
  { id: 'tiff', cases: /\.tiff as it is/, when: isTiff, becomes: (next) => asFormat(next, `jpeg ${SIZE}`) },
  {
    id: 'accept-parameters',
    cases: /: image\/webp;(v|level)=1/,
    becomes: (next) => ({ ...next, picture: `webp ${SIZE}` }),
  },
  {
    id: 'accept-parameters',
    cases: /both, .*: image\/avif;codecs/,
    becomes: (next) => ({ ...next, picture: `avif ${SIZE}` }),
  },
  { id: 'accept-parts', cases: /both, .*: image\/avif-sequence/, becomes: (next) => asFormat(next, `png ${SIZE}`) },
  {
    id: 'format-order',
    cases:
      /webp-avif, .*: (Chrome|Firefox|Safari 18|a page|image\/webp,image\/avif$|image\/avif,image\/webp$|image\/avif;q=0\.5,)/,
    becomes: (next) => asFormat(next, `webp ${SIZE}`),
  },
  {
    id: 'drawings',
    cases: /both, (palette\.png|palette-4bit\.png|alpha\.png|alpha\.tiff|still\.gif): AVIF, WebP/,
    becomes: (next) => asFormat(next, 'webp 96x72'),
  },
  { id: 'keys', cases: /written alike/, becomes: (next) => ({ ...next, picture: 'jpeg 64x43' }) },
  { id: 'memory-tier', cases: /without a disk cache, asked twice/, becomes: (next) => ({ ...next, cache: 'HIT' }) },
  { id: 'reload', cases: /Cache-Control: NO-CACHE/, becomes: () => cached('a.png') },
  {
    id: 'dates',
    cases: /If-Modified-Since beside a match/,
    becomes: ({ etag, headers }) => ({
      status: 304,
      etag,
      headers: { 'cache-control': headers['cache-control'], vary: headers.vary },
    }),
  },
]

function isTiff(next) {
  return next.picture === 'tiff'
}

function cached(name) {
  return withHeaders(
    { status: 200, picture: `png ${SIZE}`, etag: 'bare', cache: 'HIT' },
    {
      'cache-control': 'public, max-age=14400, must-revalidate',
      'content-disposition': `attachment; filename="${name}"`,
      'content-security-policy': "script-src 'none'; frame-src 'none'; sandbox;",
      'content-type': 'image/png',
      vary: 'Accept',
    },
  )
}
