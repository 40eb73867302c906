/** `manifest.json` beside the pictures: every source with its variants, for scripts of the user. The same output gives the same text. */
import { join } from 'node:path'
import { writeWhole } from './files.js'
import type { SourceOutcome } from './outcome.js'

/** The text's shape has a version: scripts can tell what they read. */
const VERSION = 1

export async function writeManifest(output: string, folder: string, sources: readonly SourceOutcome[]): Promise<void> {
  const manifest = { version: VERSION, sources: sources.map(toEntry) }
  await writeWhole(join(output, folder, 'manifest.json'), `${JSON.stringify(manifest, null, 1)}\n`)
}

/** Without what belongs to one run: the pages that ask change with every build, and so does what was reused. */
function toEntry({ source, status, reason, bytes, hash, placeholder, variants }: SourceOutcome) {
  const files = variants.map(({ isReused: _, ...variant }) => variant)
  return { source, status, reason, bytes, hash, placeholder, variants: files }
}
