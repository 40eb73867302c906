/** The request line, taken apart: path and query, read as Next reads them. */

/** A name that is given twice becomes a list, which the checks refuse. */
export type Query = Readonly<Record<string, string | readonly string[] | undefined>>

export interface Target {
  readonly path: string
  readonly query: Query
}

/** `url` is a path with its query (`req.url`). */
export function parseTarget(url: string): Target {
  const end = url.indexOf('?')
  return end === -1 ? { path: url, query: {} } : { path: url.slice(0, end), query: parseQuery(url.slice(end + 1)) }
}

function parseQuery(text: string): Query {
  // URLSearchParams drops one question mark in front, which here would be the name's own.
  const params = new URLSearchParams(`?${withoutFragment(text)}`)
  const query: Record<string, string | string[]> = Object.create(null)
  for (const name of params.keys()) {
    const values = params.getAll(name)
    query[name] = values.length > 1 ? values : (values[0] ?? '')
  }
  return query
}

/** No client sends one, but a handler may be given a whole URL. */
function withoutFragment(text: string): string {
  const end = text.indexOf('#')
  return end === -1 ? text : text.slice(0, end)
}

/** Whether `path` is the endpoint, with or without a slash at its end. */
export function isEndpoint(path: string, endpointPath: string): boolean {
  return path.startsWith(endpointPath) && (path.length === endpointPath.length || path === `${endpointPath}/`)
}
