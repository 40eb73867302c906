/**
 * Puts the variants that a run wrote into the pages of the site. Splices them in by their places, so that all other bytes stay; a page that has
 * changed in the meantime is left alone. Renders nothing.
 */
import { join } from 'node:path'
import type { RunOutcome } from '../outcome.js'
import { type Edit, type EditedPage, MARK, type StyleEdit } from './edit.js'
import type { SiteFindings } from './find.js'
import { type Freedom, type ImageSplices, rewriteImage, rewritePreload, rewriteSource } from './rewrite-image.js'
import { rewriteStyles } from './rewrite-style.js'
import { applySplices, type Splice } from './splice.js'
import { readText, replaceText } from './text.js'
import { toWritten, type Written } from './written.js'

export interface RewriteOptions {
  /** Adds `width` and `height` where an `<img>` lacks them. Default true. */
  readonly hasDimensions?: boolean | undefined
}

export interface RewriteReport {
  /** Pages and sheets that were written, by name. */
  readonly pages: readonly string[]
  /** `<img>` and `<source>` tags that got variants. */
  readonly images: number
  /** Declarations that got an `image-set()`. */
  readonly styles: number
  /** Pages that have changed since they were read. */
  readonly changed: readonly string[]
  /** Variants that no page uses: they were no smaller. */
  readonly unused: readonly string[]
}

interface PageResult {
  readonly splices: readonly Splice[]
  readonly files: readonly string[]
  readonly images: number
  readonly styles: number
}

// The lowest layer of all: above the attributes, below every rule of the site.
// A `<picture>` of ours is no box of its own, and what is in it beside the `<img>` is none either.
const RULES = [
  `:where(picture[${MARK}]){display:contents}`,
  `:where(picture[${MARK}]>source){display:none}`,
  `:where(img[${MARK}~=auto]){height:auto}`,
]
/** Marks that the rules speak of. */
const STYLED = new RegExp(`<picture ${MARK}|${MARK}="done auto"`)
const STYLE = `<style ${MARK}="done">@layer pixmill{${RULES.join('')}}</style>`

export async function rewriteSite(
  findings: SiteFindings,
  outcome: RunOutcome,
  { hasDimensions = true }: RewriteOptions = {},
): Promise<RewriteReport> {
  const written = toWritten(outcome)
  const draft = { pages: [] as string[], images: 0, styles: 0, changed: [] as string[] }
  const used = new Set<string>()
  const edits = groupByPage(findings.edits)
  for (const [name, page] of findings.pages) {
    const path = join(findings.output, name)
    const { text, encoding, digest } = await readText(path)
    if (digest !== page.digest) {
      draft.changed.push(name)
      continue
    }
    const result = rewritePage(edits.get(name) ?? [], page, written, text, hasDimensions)
    if (result.splices.length === 0) continue
    await replaceText(path, applySplices(text, result.splices), encoding)
    for (const file of result.files) used.add(file)
    draft.pages.push(name)
    draft.images += result.images
    draft.styles += result.styles
  }
  return { ...draft, unused: findUnused(findings, used) }
}

function groupByPage(edits: readonly Edit[]): Map<string, Edit[]> {
  const groups = new Map<string, Edit[]>()
  for (const edit of edits) {
    const group = groups.get(edit.page)
    if (group === undefined) groups.set(edit.page, [edit])
    else group.push(edit)
  }
  return groups
}

function rewritePage(
  edits: readonly Edit[],
  page: EditedPage,
  written: Written,
  text: string,
  hasDimensions: boolean,
): PageResult {
  const freedom = { hasDimensions, hasStyle: !page.hasPolicy }
  const tags = edits.flatMap((edit) => (edit.kind === 'style' ? [] : [rewriteTag(edit, written, text, freedom)]))
  const done = tags.filter(({ splices }) => splices.length > 0)
  const own = edits.filter((edit): edit is StyleEdit => edit.kind === 'style')
  const styles = rewriteStyles(own, written, text)
  const splices = [...done.flatMap((each) => each.splices), ...styles.splices]
  const needsStyle = freedom.hasStyle && splices.some((splice) => STYLED.test(splice.text)) && !text.includes(STYLE)
  return {
    splices: needsStyle ? [{ start: page.headStart, end: page.headStart, text: STYLE }, ...splices] : splices,
    files: [...done.flatMap(({ files }) => files), ...styles.files],
    images: done.filter(({ files }) => files.length > 0).length,
    styles: styles.count,
  }
}

function rewriteTag(edit: Exclude<Edit, StyleEdit>, written: Written, text: string, freedom: Freedom): ImageSplices {
  if (edit.kind === 'image') return rewriteImage(edit, written, freedom)
  return edit.kind === 'source' ? rewriteSource(edit, written, text) : rewritePreload(edit, written, freedom)
}

/** What earlier runs wrote into pages is in use. */
function findUnused({ demands, named }: SiteFindings, used: ReadonlySet<string>): string[] {
  const asked = demands.flatMap(({ variants }) => variants.map(({ file }) => file))
  return asked.filter((file) => !used.has(file) && !named.has(file)).sort()
}
