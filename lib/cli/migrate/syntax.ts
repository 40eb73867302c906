/** A syntax tree as `@babel/parser` makes it, seen through a few questions. Has no scopes: a name is a name within its file. */

export interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly loc: { readonly start: { readonly line: number } }
  readonly [key: string]: unknown
}

/** From the outermost to the parent. */
export type Ancestors = readonly Node[]

const ASIDE = new Set([
  'loc',
  'extra',
  'errors',
  'comments',
  'tokens',
  'leadingComments',
  'trailingComments',
  'innerComments',
])

/** Every node once, in the order of the text as far as the tree has it. */
export function visit(root: Node, see: (node: Node, ancestors: Ancestors) => void): void {
  const ancestors: Node[] = []
  const step = (node: Node): void => {
    see(node, ancestors)
    ancestors.push(node)
    for (const [key, value] of Object.entries(node)) if (!ASIDE.has(key)) nodesIn(value).forEach(step)
    ancestors.pop()
  }
  step(root)
}

function nodesIn(value: unknown): Node[] {
  if (Array.isArray(value)) return value.filter(isNode)
  return isNode(value) ? [value] : []
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'
}

export function find(root: Node, accept: (node: Node, ancestors: Ancestors) => boolean): Node[] {
  const found: Node[] = []
  visit(root, (node, ancestors) => {
    if (accept(node, ancestors)) found.push(node)
  })
  return found
}

export function child(node: Node | undefined, key: string): Node | undefined {
  const value = node?.[key]
  return isNode(value) ? value : undefined
}

export function children(node: Node | undefined, key: string): Node[] {
  return nodesIn(node?.[key])
}

/** The name of an identifier, or of a key that is written as one or as a text. */
export function nameOf(node: Node | undefined): string | undefined {
  if (node?.type === 'Identifier' || node?.type === 'JSXIdentifier') return String(node.name)
  return node?.type === 'StringLiteral' ? String(node.value) : undefined
}

/** The value of a text without gaps; undefined for anything else. */
export function textOf(node: Node | undefined): string | undefined {
  if (node?.type === 'StringLiteral') return String(node.value)
  if (node?.type !== 'TemplateLiteral' || children(node, 'expressions').length > 0) return undefined
  return (children(node, 'quasis')[0]?.value as { cooked?: string } | undefined)?.cooked
}

/** The text that `require('x')` or `import('x')` names, and undefined for every other node. */
export function loadedBy(node: Node): Node | undefined {
  if (node.type === 'ImportExpression') return child(node, 'source')
  if (node.type !== 'CallExpression') return undefined
  const callee = child(node, 'callee')
  const loads = callee?.type === 'Import' || nameOf(callee) === 'require'
  return loads ? children(node, 'arguments')[0] : undefined
}

/** Without parentheses of types: `x as T`, `x satisfies T`, `x!`. */
export function withoutType(node: Node | undefined): Node | undefined {
  const isTyped =
    node !== undefined &&
    /^(?:TS(?:As|Satisfies|NonNull)Expression|TypeCastExpression|ParenthesizedExpression)$/.test(node.type)
  return isTyped ? withoutType(child(node, 'expression')) : node
}

/** Of an object that is written out: its properties by name, spreads and computed keys left out. */
export function propertiesOf(object: Node | undefined): Map<string, Node> {
  const pairs = children(object, 'properties').flatMap((property): [string, Node][] => {
    const name = property.computed === true ? undefined : nameOf(child(property, 'key'))
    return name === undefined || property.type !== 'ObjectProperty' ? [] : [[name, property]]
  })
  return new Map(object?.type === 'ObjectExpression' ? pairs : [])
}
