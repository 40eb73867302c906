/** The key of a variant: a hash of everything that its bytes depend on. The last one of each question is remembered, since hashing costs as much as the rest of a hit. */
import type { ResolvedConfig } from '../config/index.js'
import { cacheKey } from '../native.js'
import type { Question } from './questions.js'

export interface KeyParts {
  readonly question: Question
  /** Of a local file: one that changes is a miss. */
  readonly version: string | null
  /** Headers of the client that the source may see; null: none may. */
  readonly forwarded: Readonly<Record<string, string>> | null
}

export type ToKey = (parts: KeyParts) => string

export function createKeys({ images, origin }: ResolvedConfig): ToKey {
  const fixed = `${images.dangerouslyAllowSVG ? 'svg ' : ''}${origin ?? ''}`
  const last = new WeakMap<Question, { readonly version: string | null; readonly key: string }>()

  const make = ({ question, version, forwarded }: KeyParts): string => {
    const { params, mimeType, mayChangeFormat, isBlur } = question
    const settings = `${mayChangeFormat ? 'webp ' : ''}${isBlur ? 'blur ' : ''}${fixed}`
    const personal = forwarded === null ? [] : [JSON.stringify(forwarded)]
    return cacheKey([params.href, params.width, params.quality, mimeType, version, settings, ...personal])
  }

  return (parts) => {
    const { question, version, forwarded } = parts
    if (forwarded !== null) return make(parts)
    const known = last.get(question)
    if (known?.version === version) return known.key
    const key = make(parts)
    last.set(question, { version, key })
    return key
  }
}
