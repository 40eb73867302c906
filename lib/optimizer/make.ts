/** How a variant is made: its source is opened, or found unchanged; rendered; and told what it may be purged by. */
import { hasPathPrefix, type ResolvedConfig } from '../config/index.js'
import type { Engine } from '../native.js'
import type { LocalFetch, LocalFile, SourceRequest, Sources } from '../source/index.js'
import type { Failures } from './failures.js'
import { resolveTtl } from './freshness.js'
import type { Log } from './log.js'
import type { Observer } from './observer.js'
import type { Question } from './questions.js'
import { type Effort, render } from './render.js'
import type { createTagger } from './tags.js'
import { toVariant, type Variant } from './variant.js'

/** What makes variants. */
export interface Workshop {
  readonly config: ResolvedConfig
  readonly engine: Engine
  readonly sources: Sources
  readonly failures: Failures
  readonly toTags: ReturnType<typeof createTagger>
  readonly log: Log
  readonly observer: Observer
}

/** What is wanted, and from where. */
export interface Choice {
  readonly question: Question
  readonly file: LocalFile | null
  /** Headers of the client that the source may see; null: none may, whatever the client sends. */
  readonly forwarded: Readonly<Record<string, string>> | null
}

export interface Making extends Choice {
  /** The stale one, where there is one. */
  readonly known: Variant | null
  readonly local: LocalFetch | undefined
  readonly effort?: Effort
}

export async function make(shop: Workshop, making: Making): Promise<Variant> {
  const { file, known } = making
  // Its version is in the key: the bytes are what they were.
  if (known !== null && file !== null) return renew(known, known.source, shop.config)
  const { href, isRemote } = making.question.params
  const forwarded = making.forwarded ?? {}
  const request: SourceRequest = {
    href,
    isRemote,
    file,
    local: making.local,
    forwarded,
    validators: known?.source ?? {},
  }
  if (file !== null) return makeFrom(request, shop, making)
  const name = JSON.stringify([href, forwarded])
  const failure = shop.failures.recall(name)
  if (failure !== undefined) throw failure
  try {
    return await makeFrom(request, shop, making)
  } catch (error) {
    shop.failures.remember(name, error)
    throw error
  }
}

/** Whether it can be made again later, when who asked for it is gone. */
export function canImprove({ question: { params }, file, forwarded }: Choice): boolean {
  return forwarded === null && (params.isRemote || file !== null)
}

/** The same once more, as small as it gets, at nobody's cost. */
export function improve(shop: Workshop, choice: Choice, signal: AbortSignal): Promise<Variant> {
  const { href, isRemote } = choice.question.params
  const request = { href, isRemote, file: choice.file, local: undefined, forwarded: {}, validators: {} }
  const question = { ...choice.question, mayChangeFormat: false }
  const effort: Effort = { speed: 'small', isIdle: true, signal }
  return makeFrom(request, shop, { ...choice, question, known: null, local: undefined, effort })
}

async function makeFrom(
  request: SourceRequest,
  shop: Workshop,
  { question, forwarded, known, effort = {} }: Making,
): Promise<Variant> {
  const { sources, config, log, toTags } = shop
  const { href } = request
  const startedAt = performance.now()
  const source = await sources.open(request)
  const fetch = performance.now() - startedAt
  try {
    if (source.isUnchanged && known !== null) return renew(known, source.headers, config)
    const onFailure = (error: unknown) => log.failure(href, error)
    const draft = await render(source, question, { ...shop, isPersonal: forwarded !== null, effort, onFailure })
    const tags = toTags({ href, path: toAppPath(request, config), headers: source.headers })
    return await toVariant({ ...draft, steps: { fetch, ...draft.steps } }, tags, source.headers)
  } finally {
    source.release()
  }
}

/** The same bytes with a new lifetime. What the upstream does not say again still holds. */
function renew(known: Variant, said: Variant['source'], { images }: ResolvedConfig): Variant {
  const source = {
    etag: said.etag ?? known.source.etag,
    lastModified: said.lastModified ?? known.source.lastModified,
    cacheControl: said.cacheControl ?? known.source.cacheControl,
  }
  return { ...known, source, ttl: resolveTtl(source.cacheControl, images.minimumCacheTTL) }
}

/** The path of a source that the application makes, as the application knows it. */
function toAppPath({ href, isRemote, file }: SourceRequest, { basePath }: ResolvedConfig): string | null {
  if (isRemote || file !== null) return null
  const path = href.split(/[?#]/, 1)[0] ?? href
  return hasPathPrefix(path, basePath) ? path.slice(basePath.length) : path
}
