/** Finds the pictures of a static site, whoever made it, and what is wanted of each. Writes nothing. */
import { join } from 'node:path'
import { type Base, moveBase, toAddress, toBase } from './address.js'
import { scanCss } from './css.js'
import type { Edit, EditedPage, StyleEdit } from './edit.js'
import { listFiles } from './files.js'
import { readPage } from './html.js'
import { findLayoutRules, type LayoutRules } from './layout.js'
import { Ledger, type Summary } from './ledger.js'
import { resolveSiteOptions, type SiteOptions } from './options.js'
import { createOriginals } from './originals.js'
import { readPageImages } from './page-images.js'
import { readPageStyles, readSheet } from './page-styles.js'
import { createRenditions } from './renditions.js'
import type { Scope } from './scope.js'
import { readText } from './text.js'

export interface SiteFindings extends Summary {
  /** Absolute. */
  readonly output: string
  /** For `rewriteSite`. */
  readonly edits: readonly Edit[]
  /** The pages and sheets that have edits, by their names. */
  readonly pages: ReadonlyMap<string, EditedPage>
}

/** What the pages of a site add up to, while they are read. */
interface Draft {
  readonly edits: Edit[]
  readonly pages: Map<string, EditedPage>
  readonly layoutRules: LayoutRules[]
  /** Style sheets that pages name with `integrity`. */
  readonly sealed: Set<string>
}

export async function findSite(given: SiteOptions): Promise<SiteFindings> {
  const options = resolveSiteOptions(given)
  const originals = await createOriginals(options)
  const scope: Scope = {
    options,
    originals,
    renditions: createRenditions(options),
    ledger: new Ledger(options.quality),
  }
  const draft: Draft = { edits: [], pages: new Map(), layoutRules: [], sealed: new Set() }
  // Sheets first: what may be done to a picture depends on them.
  for (const sheet of await listFiles(options.output, /\.css$/i, options.assets)) await addSheet(scope, draft, sheet)
  for (const page of await listFiles(options.output, /\.html?$/i, options.assets)) await addPage(scope, draft, page)
  const edits = draft.edits.filter(({ page }) => !draft.sealed.has(page))
  return { output: options.output, ...scope.ledger.close(options.assets), edits, pages: draft.pages }
}

async function addSheet(scope: Scope, draft: Draft, name: string): Promise<void> {
  const { text, digest } = await readText(join(scope.options.output, name))
  const declarations = scanCss(text)
  draft.layoutRules.push(findLayoutRules(text, declarations))
  const edits: StyleEdit[] = await readSheet(scope, name, toBase(name, scope.options.basePath), text, declarations)
  addEdits(draft, name, edits, { digest, headStart: 0, hasPolicy: false })
}

async function addPage(scope: Scope, draft: Draft, name: string): Promise<void> {
  const { text, digest } = await readText(join(scope.options.output, name))
  const page = readPage(text)
  const own = toBase(name, scope.options.basePath)
  const base = page.baseHref === null ? own : moveBase(own, page.baseHref)
  for (const href of page.sealed) seal(draft, href, base)
  const ownRules = page.sheets.map(({ start, end }) => toRules(text.slice(start, end)))
  const layoutRules = [...draft.layoutRules, ...ownRules]
  const edits = [
    ...(await readPageImages(scope, { name, page, base, layoutRules })),
    ...(await readPageStyles(scope, name, page, base, text)),
  ]
  addEdits(draft, name, edits, { digest, headStart: page.headStart, hasPolicy: page.hasPolicy })
}

function toRules(css: string): LayoutRules {
  return findLayoutRules(css, scanCss(css))
}

function seal(draft: Draft, href: string, base: Base): void {
  const address = toAddress(href, base)
  if (address.kind === 'local') draft.sealed.add(address.path)
}

function addEdits(draft: Draft, name: string, edits: readonly Edit[], page: EditedPage): void {
  if (edits.length === 0) return
  draft.edits.push(...edits)
  draft.pages.set(name, page)
}
