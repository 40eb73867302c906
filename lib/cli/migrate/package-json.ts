/** The edits of a package.json: scripts without the old command. Dependencies are named, never taken out: that is the package manager's. */
import type { Changes } from './elements.js'
import { findingAt, type Source } from './finding.js'
import { PACKAGES } from './packages.js'
import { type Edit, replace } from './splice.js'
import { child, children, find, type Node, nameOf, propertiesOf } from './syntax.js'

const RUNNERS = String.raw`(?:(?:npx|bunx|(?:yarn|pnpm|bun|npm)(?: +(?:exec|run|dlx|x))?)(?: +-\S+)* +|(?:cross-env +)?\w+=\S+ +)*`
const ALONE = new RegExp(String.raw`^${RUNNERS}(?:${PACKAGES.join('|')})(?: +[^"'\\;|&]*)?$`)

/** A JSON text is an expression; in parentheses it is one to a parser of scripts as well. */
export function toScriptText(text: string): string {
  return `(${text.replace(/^\uFEFF/, ' ')}\n)`
}

/** `root` is the tree of what `toScriptText` gives. */
export function changePackageJson(source: Source, root: Node): Changes {
  const changes: Changes = { edits: [], findings: [] }
  for (const script of findScripts(root)) changeScript(source, script, changes)
  return changes
}

interface Script {
  readonly name: string
  /** Of the text between the quotes. */
  readonly start: number
  readonly end: number
}

function findScripts(root: Node): Script[] {
  const [manifest] = find(root, ({ type }) => type === 'ObjectExpression')
  const scripts = child(propertiesOf(manifest).get('scripts'), 'value')
  return children(scripts, 'properties').flatMap((property) => {
    const value = child(property, 'value')
    return value?.type === 'StringLiteral' ? [toScript(property, value)] : []
  })
}

function toScript(property: Node, { start, end }: Node): Script {
  return { name: nameOf(child(property, 'key')) ?? '', start, end: end - 2 }
}

function changeScript(source: Source, script: Script, { edits, findings }: Changes): void {
  const written = source.text.slice(script.start, script.end)
  if (!mentions(written)) return
  const parts = written.split('&&')
  const kept = parts.filter((part) => !ALONE.test(part.trim()))
  const tell = (text: string): void => void findings.push(findingAt(source, script.start, text))
  if (kept.length === 0) {
    tell(`The script ${script.name} ran nothing but the old command: remove it, and where it is called`)
    return
  }
  if (kept.length < parts.length) edits.push(toEdit(script, kept))
  if (kept.some(mentions)) tell(`Take the old command out of the script ${script.name}`)
  if (/--(?:exportFolderPath|nextConfigPath)/.test(written))
    tell('next build knows its output and its config: the flags of the old command have no counterpart')
}

function toEdit(script: Script, kept: readonly string[]): Edit {
  return replace(script, kept.join('&&').trim())
}

function mentions(text: string): boolean {
  return PACKAGES.some((name) => text.includes(name))
}

interface Manifest {
  readonly [field: string]: Readonly<Record<string, string>> | undefined
}

const FIELDS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies']

/** The names of `candidates` that the manifest lists. */
export function listed(text: string, candidates: readonly string[]): string[] {
  const manifest = readManifest(text)
  return candidates.filter((name) => FIELDS.some((field) => manifest[field]?.[name] !== undefined))
}

function readManifest(text: string): Manifest {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as Manifest
  } catch {
    return {}
  }
}
