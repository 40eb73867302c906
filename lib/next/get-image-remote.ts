/** Placeholders of remote sources. Their server is asked whether what is known still holds; where it cannot tell, it does. */
import { isPixmillError } from '../errors.js'
import { matchesRemote, Refusal, type RemoteRules } from '../request/index.js'
import type { Source, Sources } from '../source/index.js'
import { notAllowedError } from './get-image-faults.js'
import type { Once, PlaceholderEngine } from './get-image-placeholders.js'
import { isCurrent, type Known, type Store } from './get-image-store.js'

export interface RemoteOptions {
  readonly rules: RemoteRules
  readonly sources: Sources
  readonly store: Store
  readonly engine: () => PlaceholderEngine
  readonly once: Once
  readonly now: () => number
}

export function createRemotePlaceholders({ rules, sources, store, engine, once, now }: RemoteOptions) {
  const open = (href: string, validators: Known['validators'] = {}): Promise<Source> =>
    sources.open({ href, isRemote: true, file: null, local: undefined, forwarded: {}, validators })

  const look = async (source: Source, known: Known | null): Promise<Known> => {
    if (source.isUnchanged && known !== null) return known
    const placeholder = await engine().placeholder(await source.read(), {}, source.permit)
    const { etag, lastModified } = source.headers
    return { placeholder, validators: { etag, lastModified } }
  }

  const ask = async (href: string, known: Known | null): Promise<Known> => {
    const source = await open(href, known?.validators)
    try {
      return await look(source, known)
    } finally {
      source.release()
    }
  }

  const renew = async (key: string, href: string): Promise<Known> => {
    const known = await store.read(key)
    if (known !== null && isCurrent(known, now())) return known
    const answer = await ask(href, known).catch((error: unknown) => {
      if (known === null || isFinal(error)) throw error
      return known
    })
    return store.write(key, { ...answer, checkedAt: now() })
  }

  return async (href: string): Promise<Known> => {
    if (!matchesRemote(rules, new URL(href))) throw notAllowedError(href)
    const key = JSON.stringify(['remote', href])
    return once(key, () => renew(key, href))
  }
}

/** The picture is gone, was never to be had, or is none. Of anything else the next build may see the end. */
function isFinal(error: unknown): boolean {
  if (isPixmillError(error)) return error.code === 'ERR_INPUT' || error.code === 'ERR_UNSUPPORTED'
  return error instanceof Refusal && [400, 401, 403, 404, 410].includes(error.status)
}
