/** `withPixmill` around what a next.config exports, in place of `withExportImages` where that was there. Knows no settings. */
import { type Finding, findingAt, type Source } from './finding.js'
import { countBindings, isFree, renameUses } from './names.js'
import { CONFIG_MODULE } from './packages.js'
import { type Edit, insert, lineEndOf, replace } from './splice.js'
import { child, children, find, loadedBy, type Node, nameOf, textOf, visit, withoutType } from './syntax.js'

const WRAPPER = 'withPixmill'
const MODULE = 'pixmill/next'

/** A config that has it is left alone. */
export function isWrapped(root: Node): boolean {
  return find(root, (node) => textOf(node) === MODULE).length > 0
}

/** Puts `options`, if any, behind what is wrapped; null where there is nothing that can be wrapped. */
export function wrapExport({ text }: Source, root: Node, options: string | null): Edit[] | null {
  const exported = findExport(root)
  if (exported === undefined || !isFree(root, WRAPPER)) return null
  const end = options === null ? ')' : `, ${options})`
  return [insert(exported.start, `${WRAPPER}(`), insert(exported.end, end), insertImport(text, root)]
}

/** The expression that is exported, as `export default`, `module.exports =` or `export =`. */
export function findExport(root: Node): Node | undefined {
  const [found] = find(root, isExport).map((node) => exportedOf(node))
  // A declared function would lose its name; nobody may miss it.
  const name = found?.type === 'FunctionDeclaration' ? nameOf(child(found, 'id')) : undefined
  const isUsed = name !== undefined && countUses(root, name) > 1
  return found?.type === 'ClassDeclaration' || isUsed ? undefined : found
}

function isExport(node: Node): boolean {
  if (node.type === 'ExportDefaultDeclaration' || node.type === 'TSExportAssignment') return true
  return node.type === 'AssignmentExpression' && isModuleExports(child(node, 'left'))
}

function isModuleExports(left: Node | undefined): boolean {
  return nameOf(child(left, 'object')) === 'module' && nameOf(child(left, 'property')) === 'exports'
}

function exportedOf(node: Node): Node | undefined {
  if (node.type === 'ExportDefaultDeclaration') return child(node, 'declaration')
  return child(node, node.type === 'TSExportAssignment' ? 'expression' : 'right')
}

function countUses(root: Node, name: string): number {
  return find(root, (node) => node.type === 'Identifier' && node.name === name).length
}

function insertImport(text: string, root: Node): Edit {
  const line = lineEndOf(text)
  const body = children(child(root, 'program') ?? root, 'body')
  const imports = body.filter(({ type }) => type === 'ImportDeclaration')
  const isModule = imports.length > 0 || body.some(({ type }) => type.startsWith('Export'))
  const quote = usesDoubleQuotes(text) ? '"' : "'"
  const from = quote + MODULE + quote
  const load = isModule ? `import { ${WRAPPER} } from ${from}` : `const { ${WRAPPER} } = require(${from})`
  const statement = usesSemicolons(text) ? `${load};` : load
  const last = imports.at(-1)
  if (last !== undefined) return insert(last.end, line + statement)
  return insert(placeBefore(text, body[0]), statement + line + line)
}

/** Before the first statement and the comment that is attached to it, as `@type` comments are. */
function placeBefore(text: string, statement: Node | undefined): number {
  if (statement === undefined) return 0
  const comment = (statement.leadingComments as Node[] | undefined)?.at(-1)
  const isAttached = comment?.type === 'CommentBlock' && /^\s*$/.test(text.slice(comment.end, statement.start))
  return isAttached ? comment.start : statement.start
}

function usesSemicolons(text: string): boolean {
  return /;[ \t]*(?:\r?\n|$)/.test(text)
}

function usesDoubleQuotes(text: string): boolean {
  return text.split('"').length > text.split("'").length
}

export interface Swap {
  readonly edits: readonly Edit[]
  readonly findings: readonly Finding[]
}

/** `withExportImages` becomes `withPixmill` where it stands; null where the config has none. */
export function swapWrapper(source: Source, root: Node, options: string | null): Swap | null {
  const edits: Edit[] = []
  const findings: Finding[] = []
  let isFound = false
  visit(root, (node, ancestors) => {
    const literal = node.type === 'ImportDeclaration' ? child(node, 'source') : loadedBy(node)
    if (literal === undefined || textOf(literal) !== CONFIG_MODULE) return
    isFound = true
    const parent = node.type === 'ImportDeclaration' ? node : ancestors.at(-1)
    const change = swapLoad(source, root, { node, literal, parent })
    if (change === null)
      findings.push(
        findingAt(source, node.start, `Take withExportImages away and wrap the config with ${WRAPPER} of ${MODULE}`),
      )
    else edits.push(...change.edits, ...passOptions(source, root, change.callee, options, findings))
  })
  return isFound ? { edits, findings } : null
}

interface Load {
  readonly node: Node
  readonly literal: Node
  readonly parent: Node | undefined
}

/** The name or node that is called with the config from now on. */
interface SwappedLoad {
  readonly edits: readonly Edit[]
  readonly callee: string | Node
}

function swapLoad(source: Source, root: Node, { node, literal, parent }: Load): SwappedLoad | null {
  const quote = source.text[literal.start] ?? "'"
  const edit = replace(literal, quote + MODULE + quote)
  if (parent?.type === 'CallExpression') {
    if (child(parent, 'callee') !== node) return null
    return { edits: [edit, insert(node.end, `.${WRAPPER}`)], callee: node }
  }
  const binding = bindingOf(parent)
  const local = nameOf(binding?.local)
  if (binding === undefined || local === undefined || countBindings(root, local) !== 1 || !isFree(root, WRAPPER))
    return null
  const names = renameUses(root, local, WRAPPER, [binding.pattern])
  return { edits: [edit, replace(binding.pattern, `{ ${WRAPPER} }`), ...names], callee: local }
}

function bindingOf(parent: Node | undefined): { local: Node | undefined; pattern: Node } | undefined {
  const id = parent?.type === 'VariableDeclarator' ? child(parent, 'id') : undefined
  if (id?.type === 'Identifier') return { local: id, pattern: id }
  const specifiers = parent?.type === 'ImportDeclaration' ? children(parent, 'specifiers') : []
  const [specifier] = specifiers
  if (specifiers.length !== 1 || specifier?.type !== 'ImportDefaultSpecifier') return undefined
  return { local: child(specifier, 'local'), pattern: specifier }
}

function passOptions(
  source: Source,
  root: Node,
  callee: string | Node,
  options: string | null,
  findings: Finding[],
): Edit[] {
  if (options === null) return []
  const calls = find(root, (node) => {
    const called = child(node, 'callee')
    return (
      node.type === 'CallExpression' && (called === callee || (typeof callee === 'string' && nameOf(called) === callee))
    )
  })
  const [argument, surplus] = children(calls[0], 'arguments')
  if (calls.length === 1 && argument !== undefined && surplus === undefined)
    return [insert(argument.end, `, ${options}`)]
  findings.push(findingAt(source, calls[0]?.start ?? 0, `Give ${WRAPPER} a second argument: ${options}`))
  return []
}

/** The object that is the config, if it is written out: behind names, wrappers and functions that return it. */
export function findConfigObject(root: Node): Node | undefined {
  return follow(root, find(root, isExport).map(exportedOf)[0], 0)
}

function follow(root: Node, written: Node | undefined, depth: number): Node | undefined {
  const node = withoutType(written)
  // A name may lead back to itself.
  if (node === undefined || depth > 8) return undefined
  if (node.type === 'ObjectExpression') return node
  const next = followOnce(root, node)
  return next === undefined ? undefined : follow(root, next, depth + 1)
}

function followOnce(root: Node, node: Node): Node | undefined {
  if (node.type === 'Identifier') {
    const [declarator] = find(
      root,
      (other) => other.type === 'VariableDeclarator' && nameOf(child(other, 'id')) === node.name,
    )
    return child(declarator, 'init')
  }
  if (node.type === 'CallExpression') return children(node, 'arguments')[0]
  if (node.type === 'AwaitExpression') return child(node, 'argument')
  if (!/Function/.test(node.type)) return undefined
  const body = child(node, 'body')
  if (body?.type !== 'BlockStatement') return body
  const returned = children(body, 'body').find(({ type }) => type === 'ReturnStatement')
  return child(returned, 'argument')
}
