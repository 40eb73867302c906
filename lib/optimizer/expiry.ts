/** What is to be purged or invalidated, as the cache takes it. Pure. */
import { optionError } from '../errors.js'
import { toSourceTag } from './tags.js'

/** Exactly one of the three. */
export interface Expiry {
  /** The `url` of requests: a local path as pages write it, or a URL. */
  readonly src?: string
  readonly tag?: string
  /** What the `url` of requests begins with. */
  readonly prefix?: string
}

export interface Expiring {
  readonly by: 'tag' | 'prefix'
  readonly value: string
}

const EXPECTED = 'an object with one of src, tag and prefix, and a text in it'

export function resolveExpiry(what: Expiry): Expiring {
  const given = Object.entries(what ?? {}).filter(([, value]) => value !== undefined)
  const [name, value] = given[0] ?? []
  if (given.length !== 1 || typeof value !== 'string' || value === '')
    throw optionError('what to expire', EXPECTED, what)
  if (name === 'src') return { by: 'tag', value: toSourceTag(normalize(value)) }
  if (name === 'tag') return { by: 'tag', value }
  if (name === 'prefix') return { by: 'prefix', value }
  throw optionError('what to expire', EXPECTED, what)
}

/** A remote source is known by its normalized URL, as requests are. */
function normalize(source: string): string {
  return !source.startsWith('/') && URL.canParse(source) ? new URL(source).href : source
}
