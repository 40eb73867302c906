/** What the pages of a Next.js export ask for: each URL of ours is traced back to its source. Renders nothing. */

import { PixmillError } from '../errors.js'
import type { ExportFormat } from '../next/loader.js'
import type { RemoteRules } from '../request/index.js'
import { findClientOnly } from './client-only.js'
import type { Demand, Place, WantedVariant } from './demand.js'
import { NEGOTIATED, parseName, toExtension, toFileName, toId, toSlug } from './names.js'
import { findFile, listFiles } from './output.js'
import { readRecords } from './records.js'
import { findReferences, type Reference } from './references.js'
import { type Prefixes, toOutputFile, toSources } from './site-urls.js'

/** Next's, where nothing else is configured. */
const DEFAULT_QUALITY = 75

/** An export that `next build` wrote. */
export interface NextExport extends Prefixes {
  /** Absolute. */
  readonly output: string
  /** The beginning of each URL of ours, as pages have it: `/docs/_next/image`. */
  readonly path: string
  /** Where their files lie below the output: `_next/image`. */
  readonly folder: string
  /** The loader's records. */
  readonly records: string
  readonly format: ExportFormat
  /** All configured widths, ascending. */
  readonly widths: readonly number[]
  /** `null`: any. */
  readonly qualities: readonly number[] | null
  readonly remote: RemoteRules
  /** Sources that only client code shows; `null`: search the scripts. */
  readonly include: readonly string[] | null
}

/** Throws `ERR_INTERNAL` for URLs of ours that belong to no source: pages would show nothing there. */
export async function findNextDemands(site: NextExport): Promise<Demand[]> {
  const files = (await listFiles(site.output)).filter((file) => !file.startsWith(`${site.folder}/`))
  const references = await findReferences(site.output, files, site.path)
  const client = await findClientOnly(site, files, references)
  const sources = await indexSources(site, files, [...client.keys()])
  const wanted = new Wanted(site)
  for (const reference of references.values()) wanted.addReference(reference, sources.get(reference.parsed.id))
  for (const [source, scripts] of client) wanted.addAll(source, scripts)
  wanted.assertResolved()
  return wanted.toDemands()
}

/** Sources by their id: what was recorded, and what may have been meant by a file of the output. */
async function indexSources(
  site: NextExport,
  files: readonly string[],
  client: readonly string[],
): Promise<Map<string, string>> {
  const recorded = (await readRecords(site.records)).map(({ src }) => src)
  const pictures = files.filter((file) => /\.(?:jpe?g|png|webp|avif|gif|tiff?|bmp|ico|jxl|heic|svg)$/i.test(file))
  const index = new Map<string, string>()
  for (const source of [...new Set([...recorded, ...client])]) addSource(index, source)
  for (const source of pictures.flatMap((file) => toSources(file, site))) {
    if (!index.has(toId(source))) index.set(toId(source), source)
  }
  return index
}

/** Two sources under one id would show one picture in the place of the other. */
function addSource(index: Map<string, string>, source: string): void {
  const id = toId(source)
  const other = index.get(id)
  if (other === undefined) index.set(id, source)
  else if (other !== source)
    throw internalError(`the id of ${source}`, 'one of its own', `${id}, which is also that of ${other}`)
}

/** Collects variants by source. */
class Wanted {
  readonly #site: NextExport
  readonly #sources = new Map<string, { pages: Set<string>; variants: Map<string, WantedVariant> }>()
  readonly #unresolved: Reference[] = []

  constructor(site: NextExport) {
    this.#site = site
  }

  addReference(reference: Reference, source: string | undefined): void {
    if (source === undefined || toSlug(source) !== reference.parsed.slug) {
      this.#unresolved.push(reference)
      return
    }
    this.#add(source, reference.name, reference.pages)
  }

  /** All configured widths, in the configured qualities. */
  addAll(source: string, pages: ReadonlySet<string>): void {
    const { widths, qualities, format } = this.#site
    for (const quality of qualities?.length ? qualities : [DEFAULT_QUALITY]) {
      for (const width of widths) {
        const file = toFileName(toSlug(source), width, quality, toExtension(format))
        this.#add(source, `${toId(source)}/${file}`, pages)
      }
    }
  }

  #add(source: string, name: string, pages: ReadonlySet<string>): void {
    const parsed = parseName(name)
    if (parsed === null) return
    const known = this.#sources.get(source) ?? { pages: new Set(), variants: new Map() }
    this.#sources.set(source, known)
    for (const page of pages) known.pages.add(page)
    const { width, quality } = parsed
    const formats = parsed.format === null ? NEGOTIATED : [parsed.format]
    for (const format of formats) {
      const file = `${this.#site.folder}/${name}${parsed.format === null ? toExtension(format) : ''}`
      known.variants.set(file, { file, width, quality, format })
    }
  }

  /** A defect of ours, so it names everything that helps to find it. */
  assertResolved(): void {
    if (this.#unresolved.length === 0) return
    const names = this.#unresolved.map(({ name, pages }) => `${this.#site.path}/${name} in ${[...pages].join(', ')}`)
    throw internalError('every URL of pixmill in the output', 'a source that was recorded or found', names.join('; '))
  }

  toDemands(): Promise<Demand[]> {
    const sorted = [...this.#sources].sort(([a], [b]) => (a < b ? -1 : 1))
    return Promise.all(
      sorted.map(async ([source, { pages, variants }]) => ({
        source,
        place: await locate(this.#site, source),
        pages: [...pages].sort(),
        variants: [...variants.values()].sort((a, b) => (a.file < b.file ? -1 : 1)),
      })),
    )
  }
}

async function locate(site: NextExport, source: string): Promise<Place> {
  const file = toOutputFile(source, site)
  if (file !== null) {
    const path = await findFile(site.output, file)
    return path === null ? { kind: 'missing', reason: `no file ${file} in the output` } : { kind: 'file', path }
  }
  const url = source.startsWith('//') ? `https:${source}` : source
  if (/^https?:\/\//i.test(url) && URL.canParse(url)) return { kind: 'remote', url }
  return { kind: 'missing', reason: 'neither a path nor an http or https URL' }
}

function internalError(subject: string, expected: string, received: string): PixmillError {
  return new PixmillError({ code: 'ERR_INTERNAL', subject, expected, received })
}
