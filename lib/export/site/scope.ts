/** What all readers of a site's pages share, and the one way from a URL in a page to a picture. */
import { type Base, toAddress } from './address.js'
import type { Ledger } from './ledger.js'
import type { ResolvedSiteOptions } from './options.js'
import type { Originals } from './originals.js'
import type { Renditions, Use } from './renditions.js'

export interface Scope {
  readonly options: ResolvedSiteOptions
  readonly originals: Originals
  readonly renditions: Renditions
  readonly ledger: Ledger
}

/** A script fills it in, in the browser. */
const TEMPLATE = /\{\{|\$\{|<%/

/** Null: there is nothing to render. Then what is missing, and what an earlier run wrote, stands in the ledger. */
export async function findUse(scope: Scope, reference: string, base: Base, page: string): Promise<Use | null> {
  if (TEMPLATE.test(reference)) return null
  const { options, originals, ledger } = scope
  const address = toAddress(reference, base)
  if (address.kind === 'local' && address.path.startsWith(`${options.assets}/`)) {
    ledger.wantAsset(address.path, page)
    return null
  }
  const found = await originals(address)
  if (found.kind === 'missing') ledger.miss(found, page)
  if (found.kind !== 'original') return null
  ledger.meet(found.original)
  return { original: found.original, reference }
}
