/** All ways to a source: a file, the application itself, another host. Decides which one; each does its own work. */
import type { ResolvedConfig } from '../config/index.js'
import { type ImageParams, REFUSALS, Refusal } from '../request/index.js'
import { createGuardedAgent, createOpenAgent } from './connect.js'
import { openFile } from './file.js'
import { createOriginFetch, fetchInternal, type LocalFetch, withBasePath } from './internal.js'
import { createLeases } from './leases.js'
import { createLocalFiles, type LocalFile } from './local.js'
import { fetchRemote } from './remote.js'
import type { Lender, Source } from './source.js'

export interface Sources {
  /** Synchronous: the file that this URL is, if it is one. */
  findFile(href: string): LocalFile | null
  /** Brings the source; it must be released. `file` is what `findFile` returned. */
  open(params: ImageParams, file: LocalFile | null, local: LocalFetch | undefined): Promise<Source>
  close(): Promise<void>
}

export function createSources(config: ResolvedConfig, lender: Lender): Sources {
  const { images, origin, basePath } = config
  const maxBytes = images.maximumResponseBody
  const files = createLocalFiles(config)
  const leases = createLeases()
  const remoteAgent = images.dangerouslyAllowLocalIP ? createOpenAgent() : createGuardedAgent()
  const originAgent = createOpenAgent()
  const originFetch = origin === null ? undefined : createOriginFetch(origin, originAgent)
  const remote = { agent: remoteAgent, lender, rules: images, maxRedirects: images.maximumRedirects, maxBytes }

  const fetchLocal = (href: string, local: LocalFetch | undefined): Promise<Source> => {
    const fetch = originFetch ?? local
    if (fetch === undefined) throw new Refusal(404, REFUSALS.invalidInternal)
    return leases.take(href, () => fetchInternal(withBasePath(href, basePath), fetch, { lender, maxBytes }))
  }

  return {
    findFile: (href) => (origin === null ? files.find(href) : null),
    async open({ href, isRemote }, file, local) {
      if (file !== null) return openFile(file, lender, maxBytes)
      return isRemote ? leases.take(href, () => fetchRemote(href, remote)) : fetchLocal(href, local)
    },
    async close() {
      await Promise.all([remoteAgent.destroy(), originAgent.destroy()])
    },
  }
}
