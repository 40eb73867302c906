/** Settings of the other packages in the text of a next.config: found, read where they are written out, taken away with what they leave empty. */
import { OPTIMIZER, PREFIX, SHORT_NAMES } from '../../next/foreign-config.js'
import { type Edit, removeItems } from './splice.js'
import {
  type Ancestors,
  child,
  children,
  type Node,
  nameOf,
  propertiesOf,
  textOf,
  visit,
  withoutType,
} from './syntax.js'

/** A setting as it is written. */
export interface WrittenKey {
  /** Without prefix. */
  readonly name: string
  readonly property: Node
  /** undefined: not a plain text, number or switch. */
  readonly value: string | number | boolean | undefined
}

export interface FoundKeys {
  readonly settings: readonly WrittenKey[]
  /** Items of objects and lists that go, by the object or list. */
  readonly removed: ReadonlyMap<Node, ReadonlySet<Node>>
  /** `loader: 'custom'`, whose place something else may take. */
  readonly loader: Node | null
}

const NESTED = 'nextImageExportOptimizer'

export function findKeys(root: Node): FoundKeys {
  const settings: WrittenKey[] = []
  const removed = new Map<Node, Set<Node>>()
  visit(root, (node, ancestors) => {
    const key = keyOf(ancestors.at(-1))
    settings.push(...settingsIn(node), ...(key === 'images' ? nestedSettings(node) : []))
    const items = findRemoved(node, key)
    if (items.length > 0) removed.set(node, new Set(items))
  })
  const loader = [...removed.values()].flatMap((items) => [...items]).find((item) => keyOf(item) === 'loader') ?? null
  spreadEmptiness(root, removed)
  return { settings, removed, loader }
}

/** `key` is the name under which `node` stands. */
function findRemoved(node: Node, key: string | undefined): Node[] {
  if (key === 'transpilePackages') return children(node, 'elements').filter((item) => textOf(item) === OPTIMIZER)
  const own = settingsIn(node).map(({ property }) => property)
  if (key !== 'images') return own
  return [...own, propertiesOf(node).get(NESTED), findBareLoader(node)].filter((item) => item !== undefined)
}

function nestedSettings(images: Node): WrittenKey[] {
  const nested = child(propertiesOf(images).get(NESTED), 'value')
  return [...propertiesOf(nested)].map(([name, property]) => toKey(name, property))
}

function settingsIn(object: Node): WrittenKey[] {
  const properties = [...propertiesOf(object)]
  const isOptimizers = properties.some(([name]) => name.startsWith(PREFIX))
  return properties.flatMap(([name, property]) => {
    if (name.startsWith(PREFIX)) return [toKey(name.slice(PREFIX.length), property)]
    return isOptimizers && SHORT_NAMES.includes(name) ? [toKey(name, property)] : []
  })
}

function toKey(name: string, property: Node): WrittenKey {
  return { name, property, value: literalOf(withoutType(child(property, 'value'))) }
}

function literalOf(node: Node | undefined): string | number | boolean | undefined {
  if (node?.type === 'NumericLiteral' || node?.type === 'BooleanLiteral') return node.value as number | boolean
  return textOf(node)
}

function keyOf(property: Node | undefined): string | undefined {
  return property?.type === 'ObjectProperty' ? nameOf(child(property, 'key')) : undefined
}

function findBareLoader(images: Node): Node | undefined {
  const properties = propertiesOf(images)
  const loader = properties.get('loader')
  return textOf(child(loader, 'value')) === 'custom' && !properties.has('loaderFile') ? loader : undefined
}

/** `env: {}` and `transpilePackages: []` say nothing, so they go as well; an object that has another name may be used elsewhere. */
function spreadEmptiness(root: Node, removed: Map<Node, Set<Node>>): void {
  const found: [Node, Ancestors][] = []
  visit(root, (node, ancestors) => {
    if (removed.has(node)) found.push([node, [...ancestors]])
  })
  for (const [owner, ancestors] of found) {
    const property = ancestors.at(-1)
    const config = ancestors.at(-2)
    const isEmptied = itemsOf(owner).length === removed.get(owner)?.size
    if (!isEmptied || config === undefined || !/^(?:env|images|transpilePackages)$/.test(keyOf(property) ?? ''))
      continue
    if (property !== undefined) removed.set(config, (removed.get(config) ?? new Set()).add(property))
  }
}

function itemsOf(owner: Node): Node[] {
  return children(owner, owner.type === 'ArrayExpression' ? 'elements' : 'properties')
}

/** `kept` is a node that stays, whatever it is in: something else is written there. */
export function removeKeys(text: string, { removed }: FoundKeys, kept: Node | null): Edit[] {
  const holdsKept = (item: Node): boolean => kept !== null && isWithin(kept, item)
  return [...removed].flatMap(([owner, items]) =>
    removeItems(text, itemsOf(owner), (item) => items.has(item as Node) && !holdsKept(item as Node)),
  )
}

function isWithin(inner: Node, outer: Node): boolean {
  return inner.start >= outer.start && inner.end <= outer.end
}
