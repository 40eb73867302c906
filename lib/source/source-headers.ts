/** What an upstream says about an original, and how it is asked whether that still holds. Pure. */
import { joinHeader } from '../request/index.js'

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

export function readSourceHeaders(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): SourceHeaders {
  return {
    cacheControl: joinHeader(headers['cache-control']),
    etag: joinHeader(headers['etag']),
    lastModified: joinHeader(headers['last-modified']),
    cacheTag: joinHeader(headers['cache-tag']),
    surrogateKey: joinHeader(headers['surrogate-key']),
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
