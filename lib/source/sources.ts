/** All ways to a source: a file, the application itself, another host. Decides which one; each does its own work. */
import type { ResolvedConfig } from '../config/index.js'
import { REFUSALS, Refusal } from '../request/index.js'
import { createGuardedAgent, createOpenAgent } from './connect.js'
import { openFile } from './file.js'
import { createOriginFetch, fetchInternal, type LocalFetch, withBasePath } from './internal.js'
import { createLeases } from './leases.js'
import { createLocalFiles, type LocalFile } from './local.js'
import { fetchRemote } from './remote.js'
import type { Lender, Source } from './source.js'
import type { Validators } from './source-headers.js'

/** What is to be opened. */
export interface SourceRequest {
  readonly href: string
  readonly isRemote: boolean
  /** What `findFile` returned. */
  readonly file: LocalFile | null
  /** How a local URL that is no file is asked of the application. */
  readonly local: LocalFetch | undefined
  /** Headers of the client that a local source may see. */
  readonly forwarded: Readonly<Record<string, string>>
  /** Of the copy that is there; empty where there is none. */
  readonly validators: Validators
}

export interface Sources {
  /** Synchronous: the file that this URL is, if it is one. */
  findFile(href: string): LocalFile | null
  /** Brings the source; it must be released. */
  open(request: SourceRequest): Promise<Source>
  close(): Promise<void>
}

/** Told of each source that came over a network or from the application. */
export type OnFetched = (event: { readonly seconds: number; readonly status: number | null }) => void

export function createSources(config: ResolvedConfig, lender: Lender, onFetched: OnFetched = () => {}): Sources {
  const { images, origin, basePath } = config
  const maxBytes = images.maximumResponseBody
  const files = createLocalFiles(config)
  const leases = createLeases()
  const remoteAgent = images.dangerouslyAllowLocalIP ? createOpenAgent() : createGuardedAgent()
  const originAgent = createOpenAgent()
  const originFetch = origin === null ? undefined : createOriginFetch(origin, originAgent)
  const remote = { agent: remoteAgent, lender, rules: images, maxRedirects: images.maximumRedirects, maxBytes }

  const fetchLocal = ({ href, local, forwarded, validators }: SourceRequest): Promise<Source> => {
    const fetch = originFetch ?? local
    if (fetch === undefined) throw new Refusal(404, REFUSALS.invalidInternal)
    const options = { lender, maxBytes, forwarded, validators, onEnd: timed(onFetched) }
    return fetchInternal(withBasePath(href, basePath), fetch, options)
  }

  return {
    findFile: (href) => (origin === null ? files.find(href) : null),
    async open(request) {
      const { href, isRemote, file, validators } = request
      if (file !== null) return openFile(file, lender, maxBytes)
      return leases.take(toLeaseKey(request), async () =>
        isRemote ? fetchRemote(href, { ...remote, validators, onEnd: timed(onFetched) }) : fetchLocal(request),
      )
    },
    async close() {
      await Promise.all([remoteAgent.destroy(), originAgent.destroy()])
    },
  }
}

/** Requests that get the same answer. */
function toLeaseKey({ href, forwarded, validators }: SourceRequest): string {
  return JSON.stringify([href, forwarded, validators.etag, validators.lastModified])
}

function timed(onFetched: OnFetched): (status: number | null) => void {
  const startedAt = performance.now()
  return (status) => onFetched({ seconds: (performance.now() - startedAt) / 1000, status })
}
