/** Headers that every answer has, or has otherwise than Next's. */
import { PLAIN, withHeaders, withStale } from './answer.js'

const AGE = /^public, max-age=([1-9][\d.e+]*), must-revalidate$/
const isPicture = (next) => next.cache !== undefined

const lifetimes = {
  'max-age=20000,max-age=30000': 20_000,
  'max-age=30000, max-age=20000': 30_000,
  'max-age=99999999999999999999999': 2 ** 31,
}
const isPart = ({ name }) => /^half of|^longer than/.test(name)
const said = ({ name }) => lifetimes[name.split('Cache-Control: ')[1]]

export const headers = [
  {
    id: 'short-fallbacks',
    cases: /^(?!development).*(cut|head\.|damaged|zero|box\.avif|half of|longer than)/,
    when: (next, one) => isPicture(next) && (/^(cut|head|damaged|zero|box\.avif)/.test(next.file ?? '') || isPart(one)),
    becomes: (next) => withHeaders(next, { 'cache-control': 'public, max-age=5, must-revalidate' }),
  },
  {
    id: 'unshared-sources',
    cases: /Cache-Control: (no-store|private)/,
    when: (next) => isPicture(next) && next.headers['cache-control'] !== undefined,
    becomes: (next, one) =>
      /conditional/.test(one.id) ? next : withHeaders(next, { 'cache-control': 'private, max-age=0, must-revalidate' }),
  },
  {
    id: 'lifetimes',
    cases: /Cache-Control: /,
    when: (next, one) => isPicture(next) && said(one) !== undefined,
    becomes: (next, one) => withHeaders(next, { 'cache-control': `public, max-age=${said(one)}, must-revalidate` }),
  },
  {
    id: 'stale-directives',
    cases: /(?:)/,
    when: (next, one) =>
      AGE.test(next.headers['cache-control'] ?? '') &&
      !/max-age=5,/.test(next.headers['cache-control']) &&
      one.config !== 'dev',
    becomes: (next) => {
      const value = next.headers['cache-control']
      return withHeaders(next, { 'cache-control': withStale(value, AGE.exec(value)[1]) })
    },
  },
  {
    id: 'compression',
    cases: /(?:)/,
    when: (next) => next.headers.vary === 'Accept, Accept-Encoding',
    becomes: (next) => withHeaders(next, { vary: 'Accept' }),
  },
  {
    id: 'file-names',
    cases: /(?:)/,
    when: (next) => toDisposition(next) !== undefined && toDisposition(next) !== next.headers['content-disposition'],
    becomes: (next) => withHeaders(next, { 'content-disposition': toDisposition(next) }),
  },
  {
    id: 'file-names',
    cases: /remote with fragment/,
    becomes: (next) => withHeaders(next, { 'content-disposition': 'attachment; filename="photo.webp"' }),
  },
  {
    id: 'file-names',
    cases: /\{port\}#x$/,
    becomes: (next) => withHeaders(next, { 'content-disposition': 'attachment; filename="image.bin"' }),
  },
  {
    id: 'etags',
    cases: /(?:)/,
    when: (next) => next.etag === 'bare',
    becomes: (next) => ({ ...next, etag: 'quoted' }),
  },
  {
    id: 'nosniff',
    cases: /(?:)/,
    when: isBare(isPicture),
    becomes: (next) => withHeaders(next, { 'x-content-type-options': 'nosniff' }),
  },
  {
    id: 'errors',
    cases: /(?:)/,
    // What Node itself refuses has no body.
    when: isBare(
      (next, one) =>
        next.status >= 400 && next.headers['content-type'] === undefined && (next.text || one.method === 'HEAD'),
    ),
    becomes: (next) => withHeaders(next, PLAIN),
  },
]

function isBare(condition) {
  return (next, one) => next.headers['x-content-type-options'] === undefined && condition(next, one)
}

/** The name that Next sends with its escapes, decoded; the UTF-8 form only where plain ASCII is not enough. */
function toDisposition({ headers }) {
  const [, type, written] = /^(\w+); filename="((?:[^"\\]|\\.)*)"/.exec(headers['content-disposition'] ?? '') ?? []
  if (written === undefined || (/%[\dA-F]{2}/i.test(written) === false && /^[ -~]*$/.test(written))) return undefined
  const [escaped, extension] = split(written)
  const [stem] = decode(escaped).replace(/[/\\]/g, '_').split('.')
  const name = `${stem}.${extension}`
  const ascii = name.replace(/[^ -~]/g, '?')
  const needsUtf8 = ascii !== name || /%[\dA-F]{2}/i.test(name)
  return `${type}; filename="${ascii.replaceAll('"', '\\"')}"${needsUtf8 ? `; filename*=UTF-8''${encodeURIComponent(name)}` : ''}`
}

function split(name) {
  const at = name.lastIndexOf('.')
  return [name.slice(0, at), name.slice(at + 1)]
}

function decode(text) {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
