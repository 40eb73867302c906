/** The props of a component that has become another one. What `next/image` does not know goes; what it would do otherwise is told. */
import { type Finding, findingAt, type Source } from './finding.js'
import type { Replacement } from './packages.js'
import { type Edit, insert, replace } from './splice.js'
import { child, children, find, type Node, nameOf, textOf, withoutType } from './syntax.js'

export interface Changes {
  readonly edits: Edit[]
  readonly findings: Finding[]
}

/** An element of the component, taken apart once. */
interface Element {
  readonly source: Source
  readonly root: Node
  readonly opening: Node
  readonly attributes: ReadonlyMap<string, Node>
  /** `{...props}`: there may be more than can be seen. */
  readonly hasSpread: boolean
}

type Rule = (element: Element, changes: Changes) => void

const OPTIMIZERS: readonly Rule[] = [addSlash, removeBasePath]
const LEGACY: readonly Rule[] = [keepIntrinsic, tellLegacy]

export function changeElements(source: Source, root: Node, name: string, replacement: Replacement): Changes {
  const rules: readonly Rule[] = [
    ...(replacement.isOptimizers ? OPTIMIZERS : []),
    ...(replacement.isLegacy ? LEGACY : []),
    dropBlur,
    ...(replacement.exported === 'Picture' ? [tellPicture] : []),
  ]
  const changes: Changes = { edits: [], findings: [] }
  for (const opening of find(root, (node) => isOpening(node, name))) {
    const element = { source, root, opening, ...takeApart(opening) }
    for (const rule of rules) rule(element, changes)
  }
  for (const call of find(root, (node) => isCreateElement(node, name))) tellCall(source, call, replacement, changes)
  return changes
}

function isOpening(node: Node, name: string): boolean {
  return node.type === 'JSXOpeningElement' && nameOf(child(node, 'name')) === name
}

function takeApart(opening: Node): Pick<Element, 'attributes' | 'hasSpread'> {
  const all = children(opening, 'attributes')
  const named = all.flatMap((attribute): [string, Node][] => {
    const name = attribute.type === 'JSXAttribute' ? nameOf(child(attribute, 'name')) : undefined
    return name === undefined ? [] : [[name, attribute]]
  })
  return { attributes: new Map(named), hasSpread: all.some(({ type }) => type === 'JSXSpreadAttribute') }
}

/** The expression of a prop: the text itself, or what stands in the braces. */
function expressionOf(attribute: Node | undefined): Node | undefined {
  const value = child(attribute, 'value')
  return withoutType(value?.type === 'JSXExpressionContainer' ? child(value, 'expression') : value)
}

// `next/image` takes a path only with a slash in front.
function addSlash({ attributes }: Element, { edits }: Changes): void {
  const value = expressionOf(attributes.get('src'))
  const start = value?.type === 'TemplateLiteral' ? startOfTemplate(value) : textOf(value)
  if (value !== undefined && start && isBarePath(start)) edits.push(insert(value.start + 1, '/'))
}

function startOfTemplate(template: Node): string | undefined {
  return (children(template, 'quasis')[0]?.value as { raw?: string } | undefined)?.raw
}

function isBarePath(text: string): boolean {
  return !text.startsWith('/') && !/^[a-z][a-z0-9+.-]*:/i.test(text)
}

// The loader knows the base path. A picture that is shown as it is passes no loader.
function removeBasePath(element: Element, changes: Changes): void {
  const attribute = element.attributes.get('basePath')
  if (attribute === undefined) return
  changes.edits.push(removeAttribute(element, attribute))
  if (!isVerbatim(element) || isImported(element) || textOf(expressionOf(attribute)) === '') return
  const moved = moveBasePath(element, attribute)
  const text = 'This picture is shown as it is: put the base path in front of its src, as next/image wants it'
  if (moved === null) changes.findings.push(findingAt(element.source, attribute.start, text))
  else changes.edits.push(moved)
}

function isVerbatim({ attributes }: Element): boolean {
  return attributes.has('unoptimized') || textOf(expressionOf(attributes.get('src')))?.endsWith('.svg') === true
}

/** Into `src`, if that is a path without a character that means something else in a template; the whole value, the slash with it. */
function moveBasePath({ attributes, source }: Element, attribute: Node): Edit | null {
  const value = child(attributes.get('src'), 'value')
  const path = textOf(expressionOf(attributes.get('src')))
  const base = expressionOf(attribute)
  if (value === undefined || base === undefined || !path || !/^[\w./ -]+$/.test(path)) return null
  const rest = isBarePath(path) ? `/${path}` : path
  const literal = textOf(base)
  if (literal !== undefined) return replace(value, `"${literal.replace(/\/$/, '')}${rest}"`)
  return replace(value, `{\`\${${source.text.slice(base.start, base.end)}}${rest}\`}`)
}

/** With the white space before it; a remark that ends a line keeps a line end. */
function removeAttribute({ source: { text }, root }: Element, { start, end }: Node): Edit {
  const before = text.slice(0, start).trimEnd().length
  const isAfterRemark = commentsOf(root).some((comment) => comment.type === 'CommentLine' && comment.end === before)
  const endsLine = /^[ \t]*\r?\n/.test(text.slice(end))
  return { start: isAfterRemark && !endsLine ? start : before, end, text: '' }
}

function commentsOf(root: Node): readonly Node[] {
  return (root.comments as Node[] | undefined) ?? []
}

const IMAGE_FILE = /\.(?:avif|bmp|gif|ico|jpe?g|png|svg|webp)(?:\?.*)?$/i

/** Whether `src` is an imported picture, whose size and blur Next knows. */
function isImported({ attributes, root }: Element): boolean {
  const value = expressionOf(attributes.get('src'))
  if (value?.type === 'CallExpression') return nameOf(child(value, 'callee')) === 'require'
  const name = value?.type === 'Identifier' ? nameOf(value) : undefined
  if (name === undefined) return false
  return find(root, ({ type }) => type === 'ImportDeclaration').some(
    (declaration) =>
      IMAGE_FILE.test(textOf(child(declaration, 'source')) ?? '') &&
      children(declaration, 'specifiers').some((specifier) => nameOf(child(specifier, 'local')) === name),
  )
}

const BLUR =
  'placeholder="blur" needs a blurDataURL where src is not an import: getImage(src) of pixmill/server returns one'

// The old components made the blur themselves; `next/image` refuses to.
function dropBlur(element: Element, { edits, findings }: Changes): void {
  const attribute = element.attributes.get('placeholder')
  const isBlur = textOf(expressionOf(attribute)) === 'blur'
  if (attribute === undefined || !isBlur || element.attributes.has('blurDataURL') || isImported(element)) return
  const isPath = /^(?:StringLiteral|TemplateLiteral)$/.test(expressionOf(element.attributes.get('src'))?.type ?? '')
  if (isPath && !element.hasSpread) edits.push(removeAttribute(element, attribute))
  findings.push(findingAt(element.source, attribute.start, isPath && !element.hasSpread ? `Taken out: ${BLUR}` : BLUR))
}

// Without a layout the old component was `intrinsic`; `next/image` still takes the prop, and only the word makes it shrink.
function keepIntrinsic({ opening, attributes, hasSpread, source }: Element, { edits, findings }: Changes): void {
  if (attributes.has('layout')) return
  const name = child(opening, 'name')
  if (hasSpread || name === undefined) {
    findings.push(
      findingAt(source, opening.start, 'If no layout is passed here, add layout="intrinsic", which was the default'),
    )
  } else {
    edits.push(insert(name.end, ' layout="intrinsic"'))
  }
}

function tellLegacy({ attributes, source }: Element, { findings }: Changes): void {
  const isFill = textOf(expressionOf(attributes.get('layout'))) === 'fill'
  for (const prop of ['objectFit', 'objectPosition']) {
    const attribute = isFill ? undefined : attributes.get(prop)
    if (attribute)
      findings.push(
        findingAt(source, attribute.start, `next/image reads ${prop} with layout="fill" only: write it into style`),
      )
  }
  for (const prop of ['lazyRoot', 'lazyBoundary']) {
    const attribute = attributes.get(prop)
    if (attribute)
      findings.push(
        findingAt(source, attribute.start, `next/image takes no notice of ${prop}: the browser loads lazily by itself`),
      )
  }
}

function tellPicture({ attributes, source }: Element, { findings }: Changes): void {
  for (const prop of ['loader', 'overrideSrc', 'onLoadingComplete']) {
    const attribute = attributes.get(prop)
    if (attribute)
      findings.push(
        findingAt(source, attribute.start, `Picture has no prop ${prop}: use next/image here, or take it out`),
      )
  }
}

function isCreateElement(node: Node, name: string): boolean {
  return node.type === 'CallExpression' && nameOf(children(node, 'arguments')[0]) === name
}

function tellCall(source: Source, call: Node, { isOptimizers, isLegacy }: Replacement, { findings }: Changes): void {
  if (children(call, 'arguments').length < 2 || !(isOptimizers || isLegacy)) return
  findings.push(
    findingAt(
      source,
      call.start,
      'The component is passed to a call: look at its props, which are those of next/image now',
    ),
  )
}
