/** What an upstream says about an original, and how it is asked whether that still holds. Pure. */

/** Headers of the answer that brought a source. */
export interface SourceHeaders {
  readonly cacheControl?: string | undefined
  readonly etag?: string | undefined
  readonly lastModified?: string | undefined
  /** `Cache-Tag`: separated by commas. */
  readonly cacheTag?: string | undefined
  /** `Surrogate-Key`: separated by spaces. */
  readonly surrogateKey?: string | undefined
}

/** What a copy is compared by. */
export type Validators = Pick<SourceHeaders, 'etag' | 'lastModified'>

type Header = string | readonly string[] | undefined

export function readSourceHeaders(headers: Readonly<Record<string, Header>>): SourceHeaders {
  return {
    cacheControl: join(headers['cache-control']),
    etag: join(headers['etag']),
    lastModified: join(headers['last-modified']),
    cacheTag: join(headers['cache-tag']),
    surrogateKey: join(headers['surrogate-key']),
  }
}

/** Request headers that let an upstream answer 304. An entity tag says more than a date, so it goes alone (RFC 9110, 13.1.3). */
export function toConditions({ etag, lastModified }: Validators): Record<string, string> {
  if (etag !== undefined) return { 'if-none-match': etag }
  return lastModified === undefined ? {} : { 'if-modified-since': lastModified }
}

/** Whether a 304 can be an answer. */
export function isConditional(validators: Validators): boolean {
  return validators.etag !== undefined || validators.lastModified !== undefined
}

function join(header: Header): string | undefined {
  return typeof header === 'object' ? header.join(', ') : header
}
