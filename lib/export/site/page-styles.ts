/** The pictures in style sheets and `style` attributes: one rendition each, as large as the original, since nobody knows how wide it is shown. */
import type { Base } from './address.js'
import { type CssUrl, type Declaration, scanCss } from './css.js'
import { hasMark, type Rendition, type StyleEdit } from './edit.js'
import type { Page, Tag } from './html.js'
import type { ResolvedSiteOptions } from './options.js'
import { findUse, type Scope } from './scope.js'

// Not custom properties: an unknown function there is no error, so the fallback before it would be lost.
const PROPERTY = /^(-webkit-)?(background|list-style|border-image|mask|mask-border|content)(-image|-source)?$/
const IMAGE_SET = /image-set\(/i

/** Where a piece of CSS stands. */
interface Sheet {
  readonly page: string
  readonly base: Base
  readonly text: string
  readonly declarations: readonly Declaration[]
  /** Of the text in its file. */
  readonly offset: number
  readonly tag: Tag | null
  /** A policy in the page may name its styles by their hashes: those stay. */
  readonly isFrozen: boolean
}

export function readSheet(
  scope: Scope,
  page: string,
  base: Base,
  text: string,
  scanned: readonly Declaration[],
): Promise<StyleEdit[]> {
  return readDeclarations(scope, { page, base, text, declarations: scanned, offset: 0, tag: null, isFrozen: false })
}

/** `<style>` and `style="…"`. */
export async function readPageStyles(
  scope: Scope,
  name: string,
  page: Page,
  base: Base,
  html: string,
): Promise<StyleEdit[]> {
  const edits: StyleEdit[] = []
  const isFrozen = page.hasPolicy
  for (const { start, end } of page.sheets) {
    const text = html.slice(start, end)
    const declarations = scanCss(text)
    edits.push(
      ...(await readDeclarations(scope, { page: name, base, text, declarations, offset: start, tag: null, isFrozen })),
    )
  }
  for (const tag of page.styled.filter((styled) => !hasMark(styled, 'off'))) {
    const text = tag.attributes.get('style')?.value ?? ''
    const declarations = scanCss(text)
    edits.push(...(await readDeclarations(scope, { page: name, base, text, declarations, offset: 0, tag, isFrozen })))
  }
  return edits
}

async function readDeclarations(scope: Scope, sheet: Sheet): Promise<StyleEdit[]> {
  const edits: StyleEdit[] = []
  for (const [at, declaration] of sheet.declarations.entries()) {
    if (declaration.urls.length === 0 || !PROPERTY.test(declaration.property)) continue
    if (sheet.isFrozen || isAnswered(sheet, declaration, sheet.declarations[at + 1]))
      await meetAll(scope, sheet, declaration)
    else edits.push(...(await readDeclaration(scope, sheet, declaration)))
  }
  return edits
}

/** It is an `image-set` itself, the author's or ours, or the fallback of the one behind it. */
function isAnswered({ text }: Sheet, own: Declaration, next: Declaration | undefined): boolean {
  const isSet = ({ valueStart, end }: Declaration) => IMAGE_SET.test(text.slice(valueStart, end))
  if (isSet(own)) return true
  return next !== undefined && next.property === own.property && next.block === own.block && isSet(next)
}

async function meetAll(scope: Scope, { page, base }: Sheet, { urls }: Declaration): Promise<void> {
  for (const { value } of urls) await findUse(scope, value, base, page)
}

async function readDeclaration(scope: Scope, sheet: Sheet, declaration: Declaration): Promise<StyleEdit[]> {
  const urls: { at: CssUrl; rendition: Rendition }[] = []
  for (const url of declaration.urls) {
    const use = await findUse(scope, url.value, sheet.base, sheet.page)
    if (use === null) continue
    const width = toWidth(use.original.size?.width ?? null, scope.options)
    const rendition = scope.renditions.beside(use, width, { unit: 'text', text: '' })
    scope.ledger.want(rendition, sheet.page)
    urls.push({ at: shift(url, sheet.offset), rendition })
  }
  const { page, base, tag, offset } = sheet
  const { start, valueStart, end, property } = declaration
  const place = { start: start + offset, valueStart: valueStart + offset, end: end + offset }
  return urls.length === 0 ? [] : [{ kind: 'style', page, base, tag, ...place, property, urls }]
}

function toWidth(natural: number | null, { widths }: ResolvedSiteOptions): number {
  const widest = widths.at(-1) ?? 1
  return Math.min(natural ?? widest, widest)
}

function shift(url: CssUrl, offset: number): CssUrl {
  return { ...url, start: url.start + offset, end: url.end + offset }
}
