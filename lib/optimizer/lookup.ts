/** A checked question to its variant: the file that it may be, the headers that its source may see, its key. */
import { joinHeader, REFUSALS, Refusal } from '../request/index.js'
import type { ImageRequest } from './answer.js'
import type { ToKey } from './keys.js'
import { type Choice, canImprove, improve, make, type Workshop } from './make.js'
import type { Question } from './questions.js'
import type { Improve } from './second-phase.js'
import type { Found, Recipe, Variants } from './variants.js'

export interface Parts extends Workshop {
  readonly variants: Variants
  readonly toKey: ToKey
}

/** Synchronous: what memory holds, fresh or stale. */
export function peek(request: ImageRequest, question: Question, parts: Parts): Found | null {
  const { key, recipe } = ask(request, question, parts)
  return parts.variants.peek(key, recipe)
}

export async function lookUp(request: ImageRequest, question: Question, parts: Parts): Promise<Found> {
  const { variants } = parts
  const { key, recipe, choice } = ask(request, question, parts)
  return (
    variants.peek(key, recipe) ??
    (isReading(request) || isIndifferent(choice, request, parts)
      ? variants.get(key, recipe)
      : findStored(variants, key, recipe))
  )
}

function ask(request: ImageRequest, question: Question, parts: Parts) {
  const choice = choose(request.headers, question, parts)
  const recipe: Recipe = {
    make: (known) => make(parts, { ...choice, known, local: request.local }),
    improve: toImprove(choice, parts),
    waitUntil: (work) => (request.waitUntil ?? platformWaitUntil())?.(work),
  }
  return { choice, key: keyOf(choice, parts), recipe }
}

/** Remembered for longer than a request lives, so nothing of it is kept. */
function toImprove(choice: Choice, parts: Parts): Improve | null {
  return parts.config.options.twoPhase && canImprove(choice) ? (signal) => improve(parts, choice, signal) : null
}

function keyOf({ question, file, forwarded }: Choice, { toKey }: Parts): string {
  return toKey({ question, version: file === null ? null : file.version, forwarded })
}

/** Next hands the method on to its own routes, which refuse all but GET and HEAD; what is cached is sent all the same. */
async function findStored(variants: Variants, key: string, recipe: Recipe): Promise<Found> {
  const found = await variants.find(key, recipe)
  if (found === null) throw new Refusal(405, REFUSALS.invalidInternal)
  return found
}

/** The method is nobody's concern: a remote source is read by GET, and what is nowhere is not found. */
function isIndifferent({ question, file }: Choice, { local }: ImageRequest, { config }: Parts): boolean {
  return question.params.isRemote || (file === null && config.origin === null && local === undefined)
}

function isReading({ method }: ImageRequest): boolean {
  return method === 'GET' || method === 'HEAD'
}

function choose(headers: ImageRequest['headers'], question: Question, { config, sources }: Parts): Choice {
  const { href, isRemote } = question.params
  const file = isRemote && config.assetPrefix === '' ? null : sources.findFile(href)
  const isPersonal = !isRemote && file === null && config.options.forwardHeaders.length > 0
  return { question, file, forwarded: isPersonal ? pick(headers, config.options.forwardHeaders) : null }
}

function pick(headers: ImageRequest['headers'], names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = joinHeader(headers[name])
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

const CONTEXT = Symbol.for('@next/request-context')

type WaitUntil = NonNullable<ImageRequest['waitUntil']>
interface RequestContext {
  get(): { waitUntil?: WaitUntil } | undefined
}

/** Where Next's platforms put it; read at each request, as Next does. */
function platformWaitUntil(): WaitUntil | undefined {
  const context = (globalThis as { [CONTEXT]?: RequestContext })[CONTEXT]?.get()
  return context?.waitUntil?.bind(context)
}
