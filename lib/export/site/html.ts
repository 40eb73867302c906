/** A page as places in its text: pictures, preloads, styles. Reads the page as browsers do; changes and resolves nothing. */
import { type DefaultTreeAdapterTypes, parse } from 'parse5'
import type { Identity, Surroundings } from './selector.js'

export interface Attribute {
  /** Without entities. */
  readonly value: string
  readonly start: number
  readonly end: number
}

/** A start tag. */
export interface Tag {
  readonly start: number
  /** After `<img`. */
  readonly nameEnd: number
  readonly end: number
  /** By lower-case name. */
  readonly attributes: ReadonlyMap<string, Attribute>
}

export interface PageImage {
  readonly tag: Tag
  /** The `<source>`s before it; null outside of a `<picture>`. */
  readonly sources: readonly Tag[] | null
  readonly identity: Identity
  readonly around: Surroundings
}

/** Raw CSS between two places. */
export interface Sheet {
  readonly start: number
  readonly end: number
}

export interface Page {
  readonly images: readonly PageImage[]
  readonly preloads: readonly Tag[]
  readonly sheets: readonly Sheet[]
  /** With a `style` attribute. */
  readonly styled: readonly Tag[]
  /** Style sheets that must keep their bytes: `<link integrity>`. */
  readonly sealed: readonly string[]
  readonly baseHref: string | null
  /** Where a style sheet comes before all others. */
  readonly headStart: number
  /** A policy in the page that may forbid styles. */
  readonly hasPolicy: boolean
}

type Node = DefaultTreeAdapterTypes.Node
type Element = DefaultTreeAdapterTypes.Element
type Template = DefaultTreeAdapterTypes.Template

interface Draft {
  images: PageImage[]
  preloads: Tag[]
  sheets: Sheet[]
  styled: Tag[]
  sealed: string[]
  baseHref: string | null
  hasPolicy: boolean
}

export function readPage(html: string): Page {
  // With scripting, what stands in <noscript> would be text.
  const document = parse(html, { sourceCodeLocationInfo: true, scriptingEnabled: false })
  const draft: Draft = {
    images: [],
    preloads: [],
    sheets: [],
    styled: [],
    sealed: [],
    baseHref: null,
    hasPolicy: false,
  }
  const elements = listElements(document)
  for (const element of elements) addElement(draft, element, html)
  return { ...draft, headStart: toHeadStart(document, elements) }
}

/** In the order of the tree; of templates, what they hold. A stack, since a page may nest deeper than calls can. */
function listElements(document: Node): Element[] {
  const elements: Element[] = []
  const waiting: Node[] = [document]
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if ('tagName' in node) elements.push(node)
    if ('content' in node) waiting.push((node as Template).content)
    if ('childNodes' in node) waiting.push(...node.childNodes.toReversed())
  }
  return elements
}

function addElement(draft: Draft, element: Element, html: string): void {
  const tag = toTag(element, html)
  if (tag === null) return
  if (tag.attributes.has('style')) draft.styled.push(tag)
  const { tagName } = element
  if (tagName === 'img') draft.images.push(toImage(element, tag, html))
  else if (tagName === 'style') draft.sheets.push(...toSheets(element))
  else if (tagName === 'link' && isImagePreload(tag)) draft.preloads.push(tag)
  else if (tagName === 'link' && tag.attributes.has('integrity'))
    draft.sealed.push(tag.attributes.get('href')?.value ?? '')
  else if (tagName === 'base') draft.baseHref ??= tag.attributes.get('href')?.value ?? null
  else if (tagName === 'meta' && isPolicy(tag)) draft.hasPolicy = true
}

/** Null: the browser made it up, or it is of SVG or MathML. */
function toTag(element: Element, html: string): Tag | null {
  const location = element.sourceCodeLocation
  if (!location || !element.namespaceURI.endsWith('/xhtml')) return null
  const { startOffset: start, endOffset: end } = location.startTag ?? location
  const attributes = new Map<string, Attribute>()
  for (const { name, value } of element.attrs) {
    const place = location.attrs?.[name]
    if (place) attributes.set(name, { value, start: place.startOffset, end: place.endOffset })
  }
  // `<image>` is an `img` too.
  const name = /^<[^\s/>]+/.exec(html.slice(start, start + 64))?.[0] ?? ''
  return name === '' ? null : { start, nameEnd: start + name.length, end, attributes }
}

function toImage(element: Element, tag: Tag, html: string): PageImage {
  return { tag, sources: toSources(element, html), identity: toIdentity(element), around: toSurroundings(element) }
}

/** A gallery may hold thousands: each looks at no more than these. */
const NEAR = 32

function toSurroundings(element: Element): Surroundings {
  const siblings = element.parentNode?.childNodes ?? []
  const at = siblings.indexOf(element) + 1
  const after = siblings.slice(at, at + NEAR).flatMap((node) => ('tagName' in node ? toIdentity(node) : []))
  const ancestors: Identity[] = []
  for (let node = element.parentNode; node !== null && 'tagName' in node; node = node.parentNode) {
    ancestors.push(toIdentity(node))
  }
  return { ancestors, after }
}

function toIdentity({ tagName, attrs }: Element): Identity {
  const get = (name: string) => attrs.find((each) => each.name === name)?.value
  return { name: tagName, classes: get('class')?.split(/\s+/) ?? [], id: get('id') ?? null }
}

function toSources(image: Element, html: string): Tag[] | null {
  const parent = image.parentNode
  if (parent === null || !('tagName' in parent) || parent.tagName !== 'picture') return null
  const before = parent.childNodes.slice(0, parent.childNodes.indexOf(image))
  return before.flatMap((node) => ('tagName' in node && node.tagName === 'source' ? (toTag(node, html) ?? []) : []))
}

function toSheets(element: Element): Sheet[] {
  const { startTag, endTag } = element.sourceCodeLocation ?? {}
  return startTag && endTag ? [{ start: startTag.endOffset, end: endTag.startOffset }] : []
}

function isImagePreload({ attributes }: Tag): boolean {
  const names = attributes.get('rel')?.value.toLowerCase().split(/\s+/) ?? []
  return names.includes('preload') && attributes.get('as')?.value.toLowerCase() === 'image'
}

function isPolicy({ attributes }: Tag): boolean {
  return attributes.get('http-equiv')?.value.toLowerCase() === 'content-security-policy'
}

/** After the encoding, which must come early, and before the first style. */
function toHeadStart(document: DefaultTreeAdapterTypes.Document, elements: readonly Element[]): number {
  const tags = elements.filter(({ sourceCodeLocation }) => sourceCodeLocation)
  const endOf = (name: string) => tags.find(({ tagName }) => tagName === name)?.sourceCodeLocation?.startTag?.endOffset
  const doctype = document.childNodes.find(({ nodeName }) => nodeName === '#documentType')
  const start = endOf('head') ?? endOf('html') ?? doctype?.sourceCodeLocation?.endOffset ?? 0
  const first = tags.find(({ tagName }) => tagName === 'style' || tagName === 'link')
  const charset = tags.find(isCharset)?.sourceCodeLocation?.endOffset ?? 0
  return charset > start && charset <= (first?.sourceCodeLocation?.startOffset ?? charset) ? charset : start
}

function isCharset({ tagName, attrs }: Element): boolean {
  return tagName === 'meta' && attrs.some(({ name, value }) => name === 'charset' || /^content-type$/i.test(value))
}
