/** Gathers while a site is read: who wants which variant of what, what is missing, and variants of earlier runs. Reads no file. */
import type { Demand, Place, WantedVariant } from '../demand.js'
import { parseName, toId } from '../names.js'
import type { Rendition } from './edit.js'
import type { Missing, Original } from './originals.js'

export interface MissingPicture {
  /** As in a `Demand`. */
  readonly source: string
  readonly reason: string
  readonly pages: readonly string[]
}

export interface Summary {
  readonly demands: readonly Demand[]
  /** Named by a page, but not there or not readable. */
  readonly missing: readonly MissingPicture[]
  /** Variants of earlier runs that pages name. */
  readonly named: ReadonlySet<string>
}

interface Account {
  readonly place: Place
  readonly pages: Set<string>
  readonly variants: Map<string, WantedVariant>
}

interface Gap {
  readonly reason: string
  readonly pages: Set<string>
}

export class Ledger {
  readonly #quality: number
  readonly #accounts = new Map<string, Account>()
  readonly #missing = new Map<string, Gap>()
  /** Files of earlier runs that pages name, and the pages. */
  readonly #assets = new Map<string, Set<string>>()

  constructor(quality: number) {
    this.#quality = quality
  }

  /** Its source becomes known, whether or not anything is wanted of it. */
  meet({ source, place }: Original): Account {
    const account = this.#accounts.get(source) ?? { place, pages: new Set(), variants: new Map() }
    this.#accounts.set(source, account)
    return account
  }

  want({ original, width, files }: Rendition, page: string): void {
    if (files.length === 0) return
    const account = this.meet(original)
    account.pages.add(page)
    for (const { file, format } of files) {
      account.variants.set(file, { file, width, quality: this.#quality, format })
    }
  }

  miss({ source, reason }: Missing, page: string): void {
    getOrAdd(this.#missing, source, () => ({ reason, pages: new Set<string>() })).pages.add(page)
  }

  wantAsset(file: string, page: string): void {
    getOrAdd(this.#assets, file, () => new Set<string>()).add(page)
  }

  /** `folder` is that of the variants: it ends before their id. */
  close(folder: string): Summary {
    this.#claimAssets(folder)
    const demands = [...this.#accounts]
      .filter(([, { variants }]) => variants.size > 0)
      .map(([source, { place, pages, variants }]) => ({
        source,
        place,
        pages: [...pages],
        variants: [...variants.values()],
      }))
    const missing = [...this.#missing].map(([source, { reason, pages }]) => ({ source, reason, pages: [...pages] }))
    return { demands, missing, named: new Set(this.#assets.keys()) }
  }

  #claimAssets(folder: string): void {
    const sources = new Map([...this.#accounts].map(([source, account]) => [toId(source), account]))
    for (const [file, pages] of this.#assets) {
      const name = parseName(file.slice(folder.length + 1))
      const account = name === null ? undefined : sources.get(name.id)
      if (name?.format && account) {
        const { width, quality, format } = name
        account.variants.set(file, { file, width, quality, format })
        for (const page of pages) account.pages.add(page)
      } else {
        for (const page of pages)
          this.miss({ kind: 'missing', source: `/${file}`, reason: 'its original is not in any page' }, page)
      }
    }
  }
}

function getOrAdd<T>(entries: Map<string, T>, key: string, make: () => T): T {
  const entry = entries.get(key) ?? make()
  entries.set(key, entry)
  return entry
}
