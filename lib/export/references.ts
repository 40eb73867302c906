/** The URLs of ours that an output holds, and where. Reads text; knows no source. */
import { NAME_PATTERN, type ParsedName, parseName } from './names.js'
import { readTexts } from './output.js'

/** One URL of ours. */
export interface Reference {
  /** `<id>/<slug>-<width>-<quality>` and an extension, if any. */
  readonly name: string
  readonly parsed: ParsedName
  /** Files of the output that hold it. */
  readonly pages: Set<string>
}

/** `path`: the beginning of each URL of ours, as pages have it. */
export async function findReferences(
  output: string,
  files: readonly string[],
  path: string,
): Promise<Map<string, Reference>> {
  const pattern = new RegExp(`${escapePattern(path)}/(${NAME_PATTERN})(?![\\w-])`, 'g')
  const found = new Map<string, Reference>()
  await readTexts(output, files, (file, text) => {
    for (const [, name = ''] of text.matchAll(pattern)) add(found, name, file)
  })
  return found
}

function add(found: Map<string, Reference>, name: string, page: string): void {
  const known = found.get(name)
  if (known !== undefined) {
    known.pages.add(page)
    return
  }
  const parsed = parseName(name)
  if (parsed !== null) found.set(name, { name, parsed, pages: new Set([page]) })
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
