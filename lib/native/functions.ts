/** Functions without an engine: headers, magic bytes, negotiation, keys. */
import * as binding from '../../binding.js'
import { optionError } from '../errors.js'
import { toBuffer, toNativeSource } from './convert.js'
import { tracedSync } from './trace.js'
import type { EncoderFiles, Probe, Sniffed, Source, SourceFormat } from './types.js'

/** Reads the headers of a picture. Synchronous; of a file only what the headers need is read. */
export function probe(source: Source): Probe {
  return tracedSync(() => binding.probe(toNativeSource(source)), probe) as Probe
}

/** Tells the format from the magic bytes alone. */
export function sniff(data: Uint8Array): Sniffed | null {
  return binding.sniff(toBuffer(data)) as Sniffed | null
}

/**
 * The element of `formats` that the `Accept` header wants most, or null. Wildcards never select; q-values win, then the order of `formats`.
 * An element is a MIME type (`image/avif`) or its short name (`avif`).
 */
export function negotiate(accept: string | null | undefined, formats: readonly string[]): string | null {
  if (accept !== null && accept !== undefined && typeof accept !== 'string') {
    throw optionError('accept', 'a string', accept)
  }
  if (!Array.isArray(formats)) throw optionError('formats', 'an array of strings', formats)
  return tracedSync(() => binding.negotiate(accept ?? null, [...formats]), negotiate)
}

/** Says that this build of the addon decodes such pictures. HEIC only where it was built with libvips. */
export function decodes(format: SourceFormat): boolean {
  return binding.decodes(format)
}

/** The life of a process of the locked room. Ends the process; throws where that process cannot lock itself in. */
export function serveRoom({ svtAv1, libaom }: EncoderFiles): void {
  binding.serveRoom(svtAv1 ?? null, libaom ?? null)
}

/** SHA-256, in hex, of the length-prefixed fields, salted with the version of the engine. */
export function cacheKey(fields: readonly (string | number | null)[]): string {
  return binding.cacheKey([...fields])
}
