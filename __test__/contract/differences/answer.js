/** What this package answers, short of the parts that vary. */

export const PLAIN = {
  'cache-control': 'no-store',
  'content-type': 'text/plain; charset=utf-8',
  'x-content-type-options': 'nosniff',
}

export const refusal = (status, text) => ({ status, text, headers: PLAIN })

const TYPES = { png: 'image/png', jpeg: 'image/jpeg', webp: 'image/webp', avif: 'image/avif', gif: 'image/gif' }

/** A picture with the headers of the default configuration. `what` is as in `png 200x150`. */
export function picture(what, name, seconds = 14_400) {
  const format = what.split(' ')[0]
  return {
    status: 200,
    picture: what,
    etag: 'quoted',
    cache: 'MISS',
    headers: {
      'cache-control': withStale(`public, max-age=${seconds}, must-revalidate`, seconds),
      'content-disposition': `attachment; filename="${name}"`,
      'content-security-policy': "script-src 'none'; frame-src 'none'; sandbox;",
      'content-type': TYPES[format],
      vary: 'Accept',
      'x-content-type-options': 'nosniff',
    },
  }
}

export function withStale(cacheControl, seconds) {
  return `${cacheControl}, stale-while-revalidate=${seconds}, stale-if-error=86400`
}

/** Another picture in the same answer: its type, and its name's ending. */
export function asFormat(next, what) {
  const format = what.split(' ')[0]
  const disposition = next.headers['content-disposition'].replace(/\.\w+"$/, `.${format}"`)
  const { file: _, ...rest } = next
  return withHeaders({ ...rest, picture: what }, { 'content-type': TYPES[format], 'content-disposition': disposition })
}

export function withHeaders(next, headers) {
  return { ...next, headers: { ...next.headers, ...headers } }
}
