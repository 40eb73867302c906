/** How cases write their requests down. `{port}` stands for the upstream's port wherever it occurs. */

/** The query of a request, with `url` encoded and everything else as written. */
export function query(url, w = '640', q = '75') {
  return `url=${encodeURIComponent(url)}&w=${w}&q=${q}`
}

/** A URL of the upstream, which does what the options say (see upstream.js). */
export function up(options = {}, host = '127.0.0.1:{port}', path = '/api/up/photo.png') {
  return `http://${host}${route(options, path)}`
}

/** The same, as a route of the application. */
export function route({ h, ...options } = {}, path = '/api/up/photo.png') {
  const params = new URLSearchParams({ ...options, ...(h === undefined ? {} : { h: JSON.stringify(h) }) })
  return params.size === 0 ? path : `${path}?${params}`
}

/** Cases of one configuration from rows of [name, query, more of the request]. */
export function group(config, rows) {
  return rows.map(([name, search, more = {}]) => ({ name, config, search, ...more }))
}

export const WEBP = { headers: { accept: 'image/webp' } }

/** A row about an upstream that does what the options say. Its name makes the URL one of its own. */
export function fetched(name, options, more = WEBP) {
  return [name, query(up({ ...options, n: name })), more]
}

/** Rows that are named after their URL. */
export function at(...urls) {
  return urls.map((url) => [url, query(url)])
}

/** A picture of the upstream under a host name of its own. */
export function picture(host, path = '/api/up/photo.png') {
  return `http://${host}:{port}${path}`
}
