/** Into the addon's types and back. Checks types; numbers are checked once, in Rust. */
import type * as binding from '../../binding.js'
import { optionError } from '../errors.js'
import type { OptimizeAllOptions, OptimizeAllResult, Placeholder } from './batch.js'
import type { OptimizeOptions, OptimizeResult, Source } from './types.js'

export const defined = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T

export function toBuffer(data: Uint8Array): Buffer {
  return Buffer.isBuffer(data) ? data : Buffer.from(data.buffer, data.byteOffset, data.byteLength)
}

export function toNativeSource(source: Source): Buffer | string {
  if (typeof source === 'string') return source
  if (source instanceof Uint8Array) return toBuffer(source)
  throw optionError('source', 'a Buffer or the path of a file', source)
}

/** `whole` is what errors call the options where they are a part of something: `variants[1]`. */
export function toNativeOptions(options: OptimizeOptions, whole?: string): binding.NativeOptimizeOptions {
  if (typeof options !== 'object' || options === null) throw optionError(whole ?? 'options', 'an object', options)
  for (const name of ['fit', 'format', 'speed'] as const) {
    if (options[name] !== undefined && typeof options[name] !== 'string')
      throw optionError(within(whole, name), 'a string', options[name])
  }
  const { signal: _, ...native } = numbers(options, ['width', 'height', 'quality'], whole)
  return native as binding.NativeOptimizeOptions
}

export function toNativeBatch(options: OptimizeAllOptions): binding.NativeBatchOptions {
  if (typeof options !== 'object' || options === null) throw optionError('options', 'an object', options)
  const { variants, placeholder = false } = options
  if (!Array.isArray(variants)) throw optionError('variants', 'an array', variants)
  if (typeof placeholder !== 'boolean') throw optionError('placeholder', 'true or false', placeholder)
  return { variants: variants.map((variant, index) => toNativeOptions(variant, `variants[${index}]`)), placeholder }
}

export function toOptimizeAllResult({
  outputs,
  places,
  placeholder,
  width,
  height,
}: binding.NativeBatch): OptimizeAllResult {
  const variants = places.map((place) => outputs[place] as OptimizeResult)
  return { variants, placeholder: placeholder === null ? null : toPlaceholder(placeholder), width, height }
}

export function toPlaceholder({ blur, thumbhash, color }: binding.NativePlaceholder): Placeholder {
  const blurDataURL = `data:image/webp;base64,${blur.toString('base64')}`
  return { blurDataURL, thumbhash: thumbhash.toString('base64'), color }
}

/** Rust coerces what is no number: such values end here. */
export function numbers<T extends object>(options: T, names: readonly (keyof T & string)[], whole?: string): T {
  for (const name of names) {
    const value = options[name]
    if (value !== undefined && typeof value !== 'number') throw optionError(within(whole, name), 'a number', value)
  }
  return defined(options)
}

const within = (whole: string | undefined, name: string) => (whole === undefined ? name : `${whole}.${name}`)
