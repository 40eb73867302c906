/** The places where a file names a module of another package: imports, exports, `require`, `import()`, mocks. One file in, edits and findings out. */
import { type Changes, changeElements } from './elements.js'
import { findingAt, type Source } from './finding.js'
import { countBindings, isFree, renameUses } from './names.js'
import { CONFIG_MODULE, findReplacement, isForeign, NAMED, type Replacement } from './packages.js'
import { type Edit, removeStatement, replace } from './splice.js'
import { type Ancestors, child, children, find, loadedBy, type Node, nameOf, textOf, visit } from './syntax.js'

interface File {
  readonly source: Source
  readonly root: Node
  readonly changes: Changes
  /** The local name of `next/image`'s default, once there is an import of it. */
  image: string | null
}

export function changeModules(source: Source, root: Node): Changes {
  const file: File = { source, root, changes: { edits: [], findings: [] }, image: findImageName(root) }
  visit(root, (node, ancestors) => {
    if (node.type === 'ImportDeclaration') changeImport(file, node)
    else if (/^Export(?:Named|All)Declaration$/.test(node.type)) changeExport(file, node)
    else if (node.type === 'TSImportType') changeImportType(file, node)
    else changeCall(file, node, ancestors)
  })
  tellRest(file)
  return file.changes
}

/** Names of theirs in any other text: an alias, a declared module, a list of packages. */
function tellRest(file: File): void {
  const { edits, findings } = file.changes
  for (const literal of find(file.root, (node) => node.type === 'StringLiteral' && isForeign(textOf(node) ?? ''))) {
    const isEdited = edits.some(({ start, end }) => start <= literal.start && end >= literal.end)
    const isTold = findings.some(({ line }) => line === literal.loc.start.line)
    if (!isEdited && !isTold) tell(file, literal, `${textOf(literal)} is still named here`)
  }
}

function findImageName(root: Node): string | null {
  const imports = find(
    root,
    (node) => node.type === 'ImportDeclaration' && textOf(child(node, 'source')) === 'next/image',
  )
  const specifiers = imports
    .filter((node) => node.importKind !== 'type')
    .flatMap((node) => children(node, 'specifiers'))
    .filter(isDefault)
  return nameOf(child(specifiers[0], 'local')) ?? null
}

/** The replacement for the module that a literal names. An unknown module of theirs is told. */
function replacementOf(file: File, literal: Node | undefined): Replacement | undefined {
  const specifier = textOf(literal)
  if (literal === undefined || specifier === undefined || !isForeign(specifier)) return undefined
  const replacement = findReplacement(specifier)
  if (replacement === undefined) {
    const text =
      specifier === CONFIG_MODULE
        ? 'withExportImages becomes withPixmill of pixmill/next'
        : `${specifier} has no counterpart`
    tell(file, literal, text)
  }
  return replacement
}

function changeImport(file: File, declaration: Node): void {
  const literal = child(declaration, 'source')
  const replacement = replacementOf(file, literal)
  if (literal === undefined || replacement === undefined) return
  if (joinImport(file, declaration, replacement)) return
  file.changes.edits.push(toLiteral(file, literal, replacement.module))
  for (const specifier of children(declaration, 'specifiers')) {
    changeSpecifier(file, { declaration, specifier, replacement })
  }
}

/** Where `next/image` is imported already, its name serves: two imports would be two names for one component. */
function joinImport(file: File, declaration: Node, replacement: Replacement): boolean {
  const [specifier, surplus] = children(declaration, 'specifiers')
  const local = nameOf(child(specifier, 'local'))
  if (file.image === null || specifier === undefined || local === undefined || surplus !== undefined) return false
  if (!isDefault(specifier) || replacement.exported !== 'default' || !isOnlyBinding(file, local)) return false
  moveElements(file, local, replacement)
  const uses = renameUses(file.root, local, file.image, [declaration])
  file.changes.edits.push(removeStatement(file.source.text, declaration), ...uses)
  return true
}

interface Imported {
  readonly declaration: Node
  readonly specifier: Node
  readonly replacement: Replacement
}

function changeSpecifier(file: File, { declaration, specifier, replacement }: Imported): void {
  const local = nameOf(child(specifier, 'local'))
  if (local === undefined) return
  if (specifier.type === 'ImportNamespaceSpecifier') {
    tell(file, specifier, `${local}.default is ${toWords(replacement)} now; look at what else is used of ${local}`)
  } else if (isDefault(specifier)) {
    changeDefault(file, local, { declaration, specifier, replacement })
  } else {
    changeNamed(file, specifier, replacement)
  }
}

function changeDefault(file: File, local: string, { declaration, specifier, replacement }: Imported): void {
  moveElements(file, local, replacement)
  const name = rename(file, local, replacement, declaration)
  if (replacement.exported === 'default') {
    file.image ??= name
    if (name !== local) file.changes.edits.push(replace(child(specifier, 'local') ?? specifier, name))
    return
  }
  const named = name === replacement.exported ? name : `${replacement.exported} as ${name}`
  file.changes.edits.push(replace(specifier, specifier.type === 'ImportSpecifier' ? named : `{ ${named} }`))
}

/** The name that the component gets: the new one where the old one was the package's word and the new one is free. */
function rename(file: File, local: string, { exported, oldNames }: Replacement, declaration: Node): string {
  const wanted = exported === 'default' ? 'Image' : exported
  if (wanted === local || !oldNames.includes(local)) return local
  if (!isFree(file.root, wanted) || !isOnlyBinding(file, local)) return local
  file.changes.edits.push(...renameUses(file.root, local, wanted, [declaration]))
  return wanted
}

// `getOptimizedImageProps` and the types keep their local names.
function changeNamed(file: File, specifier: Node, replacement: Replacement): void {
  const imported = child(specifier, 'imported')
  const name = nameOf(imported) ?? ''
  const renamed = Object.hasOwn(NAMED, name) ? NAMED[name] : undefined
  if (renamed === undefined || replacement.exported === 'Picture') {
    tell(file, specifier, `${replacement.module} does not export ${name}`)
  } else if (imported !== undefined && renamed !== name) {
    const isAlone = child(specifier, 'local')?.start === imported.start
    file.changes.edits.push(replace(imported, isAlone ? `${renamed} as ${name}` : renamed))
  }
}

function isDefault(specifier: Node): boolean {
  return specifier.type === 'ImportDefaultSpecifier' || nameOf(child(specifier, 'imported')) === 'default'
}

function changeExport(file: File, declaration: Node): void {
  const literal = child(declaration, 'source')
  const replacement = replacementOf(file, literal)
  if (literal === undefined || replacement === undefined) return
  file.changes.edits.push(toLiteral(file, literal, replacement.module))
  if (declaration.type === 'ExportAllDeclaration')
    tell(file, declaration, `Look at what is used of it: this exports all of ${replacement.module} now`)
  for (const specifier of children(declaration, 'specifiers')) changeExported(file, specifier, replacement)
}

function changeExported(file: File, specifier: Node, replacement: Replacement): void {
  const local = child(specifier, 'local')
  const name = nameOf(local) ?? ''
  const renamed = name === 'default' ? replacement.exported : NAMED[name]
  if (local === undefined || renamed === undefined) {
    tell(file, specifier, `${replacement.module} does not export ${name}`)
  } else if (renamed !== name) {
    const isAlone = child(specifier, 'exported')?.start === local.start
    file.changes.edits.push(replace(local, isAlone ? `${renamed} as ${name}` : renamed))
  }
}

function changeImportType(file: File, node: Node): void {
  const argument = child(node, 'argument') ?? child(node, 'source')
  const literal = argument?.type === 'TSLiteralType' ? child(argument, 'literal') : argument
  const replacement = replacementOf(file, literal)
  if (literal === undefined || replacement === undefined) return
  if (replacement.exported === 'Picture') tell(file, node, `This is ${toWords(replacement)} now`)
  else file.changes.edits.push(toLiteral(file, literal, replacement.module))
}

function changeCall(file: File, node: Node, ancestors: Ancestors): void {
  const loaded = loadedBy(node)
  const literal = loaded ?? mockedBy(node)
  const replacement = replacementOf(file, literal)
  if (literal === undefined || replacement === undefined) return
  if (replacement.exported === 'Picture') loadPicture(file, { node, literal, ancestors }, replacement)
  else file.changes.edits.push(toLiteral(file, literal, replacement.module))
  const local = loaded === undefined ? undefined : declaredName(ancestors)
  if (local !== undefined) moveElements(file, local, replacement)
}

/** `jest.mock('x')` and its like. */
function mockedBy(node: Node): Node | undefined {
  if (node.type !== 'CallExpression') return undefined
  const callee = child(node, 'callee')
  const object = nameOf(child(callee, 'object'))
  const isMock = object === 'jest' || object === 'vi' || object === 'require'
  return callee?.type === 'MemberExpression' && isMock ? children(node, 'arguments')[0] : undefined
}

/** The name that `const X = require('x')` or `const X = dynamic(() => import('x'))` gives to the component. */
function declaredName(ancestors: Ancestors): string | undefined {
  const declarator = ancestors.findLast(({ type }) => type === 'VariableDeclarator')
  const isDirect = ancestors
    .slice(declarator === undefined ? 0 : ancestors.indexOf(declarator) + 1)
    .every(({ type }) =>
      /^(?:CallExpression|MemberExpression|ArrowFunctionExpression|AwaitExpression|TSAsExpression)$/.test(type),
    )
  const id = isDirect ? child(declarator, 'id') : undefined
  return id?.type === 'Identifier' ? nameOf(id) : undefined
}

interface Loading {
  readonly node: Node
  readonly literal: Node
  readonly ancestors: Ancestors
}

// The old module's default is a named export of the new one.
function loadPicture(file: File, { node, literal, ancestors }: Loading, replacement: Replacement): void {
  const { edits } = file.changes
  const parent = ancestors.at(-1)
  const property = parent?.type === 'MemberExpression' ? child(parent, 'property') : undefined
  const isLoad = loadedBy(node) !== undefined
  const isImport = isLoad && nameOf(child(node, 'callee')) !== 'require'
  if (isImport && property === undefined) {
    const call = `import(${toLiteral(file, literal, replacement.module).text})`
    edits.push(replace(node, `${call}.then(({ Picture }) => ({ default: Picture }))`))
  } else if (isLoad && nameOf(property) === 'default') {
    edits.push(toLiteral(file, literal, replacement.module), replace(property ?? node, 'Picture'))
  } else {
    tell(file, node, `Load Picture of pixmill/react here: it is a named export`)
  }
}

/** The props wherever the component is shown. */
function moveElements(file: File, local: string, replacement: Replacement): void {
  const { edits, findings } = changeElements(file.source, file.root, local, replacement)
  file.changes.edits.push(...edits)
  file.changes.findings.push(...findings)
}

function isOnlyBinding({ root }: File, name: string): boolean {
  return countBindings(root, name) === 1
}

/** In the quotes of the file. */
function toLiteral({ source }: File, literal: Node, module: string): Edit {
  const quote = source.text[literal.start] ?? "'"
  return replace(literal, quote + module + quote)
}

function toWords({ module, exported }: Replacement): string {
  return exported === 'default' ? module : `${exported} of ${module}`
}

function tell(file: File, { start }: Node, text: string): void {
  file.changes.findings.push(findingAt(file.source, start, text))
}
