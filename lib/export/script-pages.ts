/** Which pages load which scripts, by the names of scripts in the HTML. */
import { readTexts } from './output.js'

const SCRIPT = /static\/[^"'`\\\s<>]{1,400}?\.js/g

/** HTML files of the output by script, both relative. A script that is loaded on demand is in none. */
export async function findScriptPages(output: string, files: readonly string[]): Promise<Map<string, Set<string>>> {
  const found = new Map<string, Set<string>>()
  const pages = files.filter((file) => /\.html?$/i.test(file))
  await readTexts(output, pages, (page, text) => {
    for (const name of new Set(text.match(SCRIPT))) {
      const script = toFile(name)
      found.set(script, (found.get(script) ?? new Set()).add(page))
    }
  })
  return found
}

/** The payload of a page names scripts without `_next/`, so that is left out everywhere; a URL encodes the brackets of a route. */
function toFile(name: string): string {
  const file = `_next/${name}`
  try {
    return decodeURIComponent(file)
  } catch {
    return file
  }
}
