/** Names of a file: where one is used, whether one is free, what renaming it takes. Scopes are not followed; whoever asks is told of a second binding. */
import { type Edit, replace } from './splice.js'
import { type Ancestors, child, children, find, type Node, nameOf } from './syntax.js'

const KEYS: Readonly<Record<string, string>> = {
  MemberExpression: 'property',
  OptionalMemberExpression: 'property',
  JSXMemberExpression: 'property',
  JSXAttribute: 'name',
  ObjectProperty: 'key',
  ObjectMethod: 'key',
  ClassMethod: 'key',
  ClassProperty: 'key',
  TSPropertySignature: 'key',
  TSMethodSignature: 'key',
  TSQualifiedName: 'right',
  ImportSpecifier: 'imported',
  ExportSpecifier: 'exported',
  LabeledStatement: 'label',
}

const BINDINGS: Readonly<Record<string, readonly string[]>> = {
  VariableDeclarator: ['id'],
  FunctionDeclaration: ['id', 'params'],
  FunctionExpression: ['id', 'params'],
  ArrowFunctionExpression: ['params'],
  ObjectMethod: ['params'],
  ClassMethod: ['params'],
  ClassDeclaration: ['id'],
  ClassExpression: ['id'],
  CatchClause: ['param'],
  ImportSpecifier: ['local'],
  ImportDefaultSpecifier: ['local'],
  ImportNamespaceSpecifier: ['local'],
  TSInterfaceDeclaration: ['id'],
  TSTypeAliasDeclaration: ['id'],
  TSEnumDeclaration: ['id'],
}

/** Every identifier that stands for `name` and is not a mere key. */
export function usesOf(root: Node, name: string): Node[] {
  return find(root, (node, ancestors) => isName(node, name) && !isKey(node, ancestors))
}

export function isFree(root: Node, name: string): boolean {
  return usesOf(root, name).length === 0
}

/** How often `name` is declared in the file, in whatever scope. */
export function countBindings(root: Node, name: string): number {
  return find(root, (node) => bindingsOf(node).some((pattern) => bindsName(pattern, name))).length
}

/** Edits for each use but those in `except`, which are edited elsewhere. */
export function renameUses(root: Node, from: string, to: string, except: readonly Node[]): Edit[] {
  const edits: Edit[] = []
  find(root, (node, ancestors) => {
    const isElsewhere = except.some((other) => node.start >= other.start && node.end <= other.end)
    if (isName(node, from) && !isKey(node, ancestors) && !isElsewhere) edits.push(toEdit(node, ancestors, from, to))
    return false
  })
  return edits
}

// In `{ Old }` and `export { Old }` the name is a key as well, and as a key it has to stay.
function toEdit(node: Node, ancestors: Ancestors, from: string, to: string): Edit {
  const parent = ancestors.at(-1)
  if (parent?.type === 'ObjectProperty' && parent.shorthand === true) return replace(node, `${from}: ${to}`)
  const exported = parent?.type === 'ExportSpecifier' ? child(parent, 'exported') : undefined
  return replace(node, exported?.start === node.start ? `${to} as ${from}` : to)
}

function isName(node: Node, name: string): boolean {
  return (node.type === 'Identifier' || node.type === 'JSXIdentifier') && node.name === name
}

function isKey(node: Node, ancestors: Ancestors): boolean {
  const parent = ancestors.at(-1)
  const key = parent === undefined ? undefined : KEYS[parent.type]
  return key !== undefined && parent?.computed !== true && child(parent, key) === node
}

function bindingsOf(node: Node): Node[] {
  return (BINDINGS[node.type] ?? []).flatMap((key) => children(node, key))
}

function bindsName(pattern: Node, name: string): boolean {
  if (nameOf(pattern) === name) return true
  const parts = ['elements', 'properties', 'argument', 'left', 'value', 'parameter']
  const isPattern = /Pattern$|^RestElement$|^ObjectProperty$|^TSParameterProperty$/.test(pattern.type)
  return isPattern && parts.some((key) => children(pattern, key).some((part) => bindsName(part, name)))
}
