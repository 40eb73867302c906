/** The whole move as data: each file with its edits, what is left to a human, what to run afterwards. Reads the project; never writes. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { OPTIMIZER } from '../../next/foreign-config.js'
import type { Changes } from './elements.js'
import { findLeftovers, findNextConfig, listFiles, readSource } from './files.js'
import { type Finding, findingAt, type Source } from './finding.js'
import { findManager } from './manager.js'
import { changeModules } from './modules.js'
import { changeNextConfig, tellMissing } from './next-config.js'
import { changePackageJson, listed, toScriptText } from './package-json.js'
import { mentionsForeign, PACKAGES } from './packages.js'
import type { Parse } from './parser.js'
import { type Edit, settle } from './splice.js'
import type { Node } from './syntax.js'

export interface ChangedFile extends Source {
  readonly edits: readonly Edit[]
}

export interface Plan {
  /** Whether there is anything of the other packages. */
  readonly isForeign: boolean
  readonly files: readonly ChangedFile[]
  readonly findings: readonly Finding[]
  readonly commands: readonly string[]
}

const NOTHING: Plan = { isForeign: false, files: [], findings: [], commands: [] }

interface Material {
  readonly sources: readonly Source[]
  readonly findings: readonly Finding[]
}

/** `loadParse` is called only where there is something to parse. */
export async function planMigration(project: string, loadParse: () => Promise<Parse>): Promise<Plan> {
  const configName = findNextConfig(project)
  const { sources, findings } = readMaterial(project, configName)
  const manifest = existsSync(join(project, 'package.json')) ? readSource(project, 'package.json') : null
  const config = configName === null ? null : readSource(project, configName)
  const foreign = manifest === null ? [] : listed(manifest.text, PACKAGES)
  const isMentioned = [manifest, config].some((source) => source !== null && mentionsOld(source.text))
  if (sources.length === 0 && findings.length === 0 && foreign.length === 0 && !isMentioned) return NOTHING
  const parse = await loadParse()
  const parts = [
    ...sources.map((source) => toPart(source, parse, (root) => changeModules(source, root))),
    ...(config === null ? [] : [toPart(config, parse, (root) => changeNextConfig(config, root, project))]),
    ...(manifest === null ? [] : [toPart(manifest, parseManifest(parse), (root) => changePackageJson(manifest, root))]),
  ]
  const leftovers = findLeftovers(project, readFolderName(config?.text ?? ''))
  return {
    isForeign: true,
    files: parts.flatMap(({ source, changes }) => toChangedFile(source, changes)),
    findings: [
      ...findings,
      ...parts.flatMap(({ changes }) => changes.findings),
      ...(config === null ? [tellMissing()] : []),
      ...leftovers.map((file): Finding => ({ file, line: null, text: `Delete it: ${OPTIMIZER} made it` })),
    ],
    commands: listCommands(project, manifest, foreign),
  }
}

function readMaterial(project: string, configName: string | null): Material {
  const { code, documents } = listFiles(project)
  const named = code.filter((path) => path !== configName).map((path) => readSource(project, path))
  const foreign = named.filter(({ text }) => mentionsForeign(text))
  const inexact = foreign.filter(({ isExact }) => !isExact)
  return {
    sources: foreign.filter(({ isExact }) => isExact),
    findings: [
      ...inexact.map(({ path }): Finding => ({ file: path, line: null, text: 'Change it by hand: it is not UTF-8' })),
      ...documents.flatMap((path) => tellDocument(project, path)),
    ],
  }
}

function tellDocument(project: string, path: string): Finding[] {
  const source = readSource(project, path)
  const at = source.text.search(/^(?:import|export)\b.*next-(?:image-export-optimizer|export-optimize-images)/m)
  return at === -1 ? [] : [findingAt(source, at, 'Import Image from next/image here, or Picture from pixmill/react')]
}

function mentionsOld(text: string): boolean {
  return mentionsForeign(text) || text.includes('nextImageExportOptimizer')
}

interface Part {
  readonly source: Source
  readonly changes: Changes
}

function parseManifest(parse: Parse): Parse {
  return (text, path) => parse(toScriptText(text), path)
}

function toPart(source: Source, parse: Parse, change: (root: Node) => Changes): Part {
  const root = tryParse(source, parse)
  return { source, changes: 'type' in root ? change(root) : { edits: [], findings: [root] } }
}

/** A file that cannot be parsed is the user's to change, and no reason to leave the others. */
function tryParse({ path, text }: Source, parse: Parse): Node | Finding {
  try {
    return parse(text, path)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { file: path, line: null, text: `Change it by hand: ${why}` }
  }
}

function toChangedFile(source: Source, { edits }: Changes): ChangedFile[] {
  const settled = settle(edits).filter(({ start, end, text }) => source.text.slice(start, end) !== text)
  return settled.length === 0 ? [] : [{ ...source, edits: settled }]
}

function readFolderName(config: string): string {
  return (
    /nextImageExportOptimizer_exportFolderName['"]?\s*:\s*['"]([^'"/]+)['"]/.exec(config)?.[1] ??
    'nextImageExportOptimizer'
  )
}

function listCommands(project: string, manifest: Source | null, foreign: readonly string[]): string[] {
  const { install, uninstall } = findManager(project)
  const hasPixmill = manifest !== null && listed(manifest.text, ['pixmill']).length > 0
  return [
    ...(hasPixmill ? [] : [`${install} pixmill`]),
    ...(foreign.length > 0 ? [`${uninstall} ${foreign.join(' ')}`] : []),
  ]
}
