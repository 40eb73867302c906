/**
 * What requests ask: checked parameters and the negotiated type. Remembered by the text of URL and `Accept`, because pages ask the same few again
 * and again, and to check one takes longer than to answer it from memory. Refusals are thrown, and not remembered.
 */
import type { ResolvedConfig } from '../config/index.js'
import { negotiate } from '../native.js'
import { type ImageParams, isBlurRequest, parseTarget, validate } from '../request/index.js'
import { MIME_TYPES } from './media-type.js'

export interface Question {
  readonly params: ImageParams
  /** The negotiated type, or null. */
  readonly mimeType: string | null
  /** The client takes WebP as well, should AVIF be too large for the memory budget. */
  readonly mayChangeFormat: boolean
  readonly isBlur: boolean
}

export interface Questions {
  /** Throws the `Refusal` of a URL that may not be asked. */
  read(url: string, accept: string | undefined): Question
  /** One that was read a while ago, if it is remembered. Never throws. */
  recall(url: string, accept: string | undefined): Question | undefined
}

const MAX_QUESTIONS = 1_000
/** Longer ones are rare, and must not fill memory. */
const MAX_LENGTH = 1_000

export function createQuestions(config: ResolvedConfig): Questions {
  const known = new Map<string, Question>()
  const recall = (url: string, accept = '') => known.get(`${accept}\n${url}`)

  return {
    recall,
    read(url, accept) {
      const question = recall(url, accept)
      if (question !== undefined) return question
      const fresh = readQuestion(url, accept, config)
      const text = `${accept ?? ''}\n${url}`
      if (text.length > MAX_LENGTH) return fresh
      if (known.size >= MAX_QUESTIONS) known.clear()
      known.set(text, fresh)
      return fresh
    },
  }
}

function readQuestion(url: string, accept: string | undefined, config: ResolvedConfig): Question {
  const params = validate(parseTarget(url).query, config)
  const mimeType = negotiate(accept, config.images.formats)
  const mayChangeFormat = mimeType === MIME_TYPES.avif && negotiate(accept, [MIME_TYPES.webp]) !== null
  return Object.freeze({ params, mimeType, mayChangeFormat, isBlur: isBlurRequest(params, config.isDev) })
}
