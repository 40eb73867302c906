/** The edits of a next.config: the old settings go, what they said in pixmill's words comes, `withPixmill` goes around it. */
import {
  type ForeignSettings,
  findExportImagesFile,
  readExportImagesFile,
  readOptimizerSettings,
} from '../../next/foreign-config.js'
import { type FoundKeys, findKeys, removeKeys, type WrittenKey } from './config-keys.js'
import { findConfigObject, isWrapped, swapWrapper, wrapExport } from './config-wrapper.js'
import type { Changes } from './elements.js'
import { type Finding, findingAt, type Source } from './finding.js'
import { type Edit, insert, lineEndOf, replace, splice } from './splice.js'
import { child, type Node, propertiesOf } from './syntax.js'

const DEFAULT_QUALITY = 75

export function changeNextConfig(source: Source, root: Node, project: string): Changes {
  const keys = findKeys(root)
  const isDone = isWrapped(root)
  const meaning = readMeaning(keys.settings, project, isDone)
  const findings: Finding[] = [
    ...meaning.notes.map((text): Finding => ({ file: source.path, line: null, text })),
    ...tellUnread(source, keys.settings),
    ...tellUnoptimized(source, root),
  ]
  const edits = [
    ...(isDone ? [] : wrap(source, root, formatOptions(meaning), findings)),
    ...changeSettings(source, root, { keys, meaning }, findings),
  ]
  return { edits, findings: [...findings, ...tellRest(source, edits)] }
}

/** A project without a next.config gets the finding alone. */
export function tellMissing(): Finding {
  const text =
    "There is none: write one that says import { withPixmill } from 'pixmill/next' and export default withPixmill({ output: 'export' })"
  return { file: 'next.config', line: null, text }
}

const NO_MEANING: ForeignSettings = { quality: null, hosts: [], options: {}, notes: [] }

/** Of a config that has pixmill and nothing old, none: the files of the other packages may lie about. */
function readMeaning(settings: readonly WrittenKey[], project: string, isDone: boolean): ForeignSettings {
  if (isDone && settings.length === 0) return NO_MEANING
  const plain = settings.filter(({ value }) => value !== undefined)
  const optimizer = readOptimizerSettings(Object.fromEntries(plain.map(({ name, value }) => [name, value])), project)
  const other = isDone ? NO_MEANING : readExportImages(project)
  return {
    quality: optimizer.quality ?? other.quality,
    hosts: [...optimizer.hosts, ...other.hosts],
    options: { ...optimizer.options, ...other.options },
    notes: [...optimizer.notes, ...other.notes],
  }
}

function readExportImages(project: string): ForeignSettings {
  const name = findExportImagesFile(project)
  if (name === null) return NO_MEANING
  const settings = readExportImagesFile(project, name)
  return { ...settings, notes: [...settings.notes, `Delete ${name}: pixmill's settings are those of next.config`] }
}

function wrap(source: Source, root: Node, options: string | null, findings: Finding[]): readonly Edit[] {
  const swap = swapWrapper(source, root, options)
  if (swap !== null) {
    findings.push(...swap.findings)
    return swap.edits
  }
  const edits = wrapExport(source, root, options)
  if (edits !== null) return edits
  const second = options === null ? '' : `, ${options}`
  const text = `Wrap what is exported: withPixmill(config${second}), where import { withPixmill } from 'pixmill/next'`
  findings.push({ file: source.path, line: null, text })
  return []
}

/** As source text; null where nothing differs from the defaults. */
function formatOptions({ options: { exportFormat = 'webp' } }: ForeignSettings): string | null {
  return exportFormat === 'webp' ? null : `{ exportFormat: '${exportFormat}' }`
}

interface Settings {
  readonly keys: FoundKeys
  readonly meaning: ForeignSettings
}

/** The old settings go; what they imply for `images` takes the place of the loader, or comes first. */
function changeSettings(source: Source, root: Node, { keys, meaning }: Settings, findings: Finding[]): Edit[] {
  const config = findConfigObject(root)
  const images = child(propertiesOf(config).get('images'), 'value')
  const implied = formatImplied(meaning, [...propertiesOf(images).keys()])
  const add = (edit: Edit | null, kept: Node | null) => [
    ...removeKeys(source.text, keys, kept),
    ...(edit ? [edit] : []),
  ]
  if (implied.length === 0) return add(null, null)
  const { loader } = keys
  if (loader !== null) return add(replace(loader, implied.join(separator(source.text, loader))), loader)
  const text = implied.join(', ')
  if (images?.type === 'ObjectExpression') return add(insertFirst(source.text, images, `${text},`), images)
  if (images === undefined && config) return add(insertFirst(source.text, config, `images: { ${text} },`), null)
  findings.push({ file: source.path, line: null, text: `Write into images: ${text}` })
  return add(null, null)
}

/** Properties of `images` that it does not have yet. */
function formatImplied({ quality, hosts }: ForeignSettings, present: readonly string[]): string[] {
  const patterns = hosts.map((host) => {
    const fields = Object.entries(host).map(([name, value]) => `${name}: '${value}'`)
    return `{ ${fields.join(', ')} }`
  })
  return [
    ...(quality !== null && quality !== DEFAULT_QUALITY && !present.includes('qualities')
      ? [`qualities: [${quality}]`]
      : []),
    ...(patterns.length > 0 && !present.includes('remotePatterns') ? [`remotePatterns: [${patterns.join(', ')}]`] : []),
  ]
}

/** Between properties that stand where `property` stood: a line each, if it had one for itself. */
function separator(text: string, property: Node): string {
  const before = text.slice(text.lastIndexOf('\n', property.start - 1) + 1, property.start)
  return before.trim() === '' && before !== '' ? `,${lineEndOf(text)}${before}` : ', '
}

/** On a line of its own where the first property has one. */
function insertFirst(text: string, object: Node, property: string): Edit {
  const [first] = (object.properties ?? []) as Node[]
  const before = first === undefined ? '' : text.slice(object.start + 1, first.start)
  const indent = /\n([ \t]*)$/.exec(before)?.[1]
  return insert(object.start + 1, indent === undefined ? ` ${property}` : lineEndOf(text) + indent + property)
}

const SILENT = new Set([
  'imageFolderPath',
  'exportFolderPath',
  'exportFolderName',
  'remoteImageCacheTTL',
  'generateAndUseBlurImages',
])

function tellUnread(source: Source, settings: readonly WrittenKey[]): Finding[] {
  return settings
    .filter(({ name, value }) => value === undefined && !SILENT.has(name))
    .map(({ name, property }) =>
      findingAt(source, property.start, `${name} is not written out, so its value was left out: see docs/migrating.md`),
    )
}

function tellUnoptimized(source: Source, root: Node): Finding[] {
  const config = findConfigObject(root)
  const images = child(propertiesOf(config).get('images'), 'value')
  const unoptimized = propertiesOf(images).get('unoptimized')
  if (unoptimized === undefined || child(unoptimized, 'value')?.value === false) return []
  return [
    findingAt(
      source,
      unoptimized.start,
      'images.unoptimized is not needed any more, and turns pixmill off where there is no static export: take it out',
    ),
  ]
}

/** What is still said of the old packages in places that are not settings. */
function tellRest({ path, text }: Source, edits: readonly Edit[]): Finding[] {
  const after = splice(text, edits)
  const at = after.search(/nextImageExportOptimizer|next-image-export-optimizer|next-export-optimize-images/)
  if (at === -1) return []
  return [
    { ...findingAt({ path, text: after }, at, 'An old setting is left here (the line is that of the changed file)') },
  ]
}
