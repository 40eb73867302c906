/** The sources that get all widths: those that a page gets in a script and does not show itself, or those that `include` names. */
import { matchesRemote } from '../request/index.js'
import { findClientSources } from './client-code.js'
import { toId } from './names.js'
import type { NextExport } from './next-demands.js'
import type { Reference } from './references.js'
import { findScriptPages } from './script-pages.js'
import { toOutputFile } from './site-urls.js'

/** Sources by what names them. */
export async function findClientOnly(
  site: NextExport,
  files: readonly string[],
  references: ReadonlyMap<string, Reference>,
): Promise<Map<string, ReadonlySet<string>>> {
  if (site.include !== null) return new Map(site.include.map((source) => [source, new Set(['include'])]))
  const known = new Set(files)
  const found = await findClientSources(site.output, files, site)
  const loaders = await findScriptPages(site.output, files)
  const showers = toShowers(references)
  const isHidden = (source: string, script: string): boolean => {
    const pages = [...(loaders.get(script) ?? [])]
    return pages.length === 0 || pages.some((page) => !showers.get(toId(source))?.has(page))
  }
  return new Map(
    [...found].filter(
      ([source, scripts]) => isPicture(site, source, known) && [...scripts].some((script) => isHidden(source, script)),
    ),
  )
}

/** Pages by the ids of the sources that they show. */
function toShowers(references: ReadonlyMap<string, Reference>): Map<string, ReadonlySet<string>> {
  const showers = new Map<string, Set<string>>()
  for (const { parsed, pages } of references.values()) {
    showers.set(parsed.id, new Set([...(showers.get(parsed.id) ?? []), ...pages]))
  }
  return showers
}

/** Of what scripts name, only what the output has, or what the config allows to fetch. */
function isPicture(site: NextExport, source: string, files: ReadonlySet<string>): boolean {
  const file = toOutputFile(source, site)
  if (file !== null) return files.has(file)
  return URL.canParse(source) && matchesRemote(site.remote, new URL(source))
}
