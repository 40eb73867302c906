/** The pictures that scripts name: what a click may show is in no page. Goes by the texts of string literals; runs no code. */
import { readTexts } from './output.js'
import type { Prefixes } from './site-urls.js'

// One literal, in any quotes, that begins as a URL and ends as a picture, perhaps with a query.
const PICTURE =
  /(["'`])((?:https?:\/\/|\/)[^"'`\n]{1,2000}?\.(?:jpe?g|png|webp|avif|gif|tiff?)(?:\?[^"'`\n]{0,500})?)\1/gi
// A bundler that puts the prefix in front at run time leaves the rest.
const MEDIA = /["'`](static\/(?:immutable\/)?media\/[^"'`\n]{1,300}?\.(?:jpe?g|png|webp|avif|gif|tiff?))["'`]/gi

/** Sources by the scripts that name them, as these name them. */
export async function findClientSources(
  output: string,
  files: readonly string[],
  { basePath, assetPrefix }: Prefixes,
): Promise<Map<string, Set<string>>> {
  const found = new Map<string, Set<string>>()
  const add = (source: string, script: string): void => {
    found.set(source, (found.get(source) ?? new Set()).add(script))
  }
  const scripts = files.filter((file) => file.startsWith('_next/static/') && file.endsWith('.js'))
  await readTexts(output, scripts, (script, text) => {
    for (const [, , literal = ''] of text.matchAll(PICTURE)) {
      if (!literal.includes('${')) add(undoEscapes(literal), script)
    }
    for (const [, rest] of text.matchAll(MEDIA)) add(`${assetPrefix || basePath}/_next/${rest}`, script)
  })
  return found
}

/** Minifiers write letters beyond ASCII as escapes. */
function undoEscapes(literal: string): string {
  return literal
    .replace(/\\u\{([0-9a-f]{1,6})\}/gi, (_, code) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replace(/\\u([0-9a-f]{4})|\\x([0-9a-f]{2})/gi, (_, four, two) =>
      String.fromCharCode(Number.parseInt(four ?? two, 16)),
    )
    .replace(/\\(.)/g, '$1')
}
