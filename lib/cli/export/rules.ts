/** Writes the rules of web servers that were asked for, a folder each. */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { formatRules, type RulePath } from '../../export/rules/index.js'
import type { ExportFlags } from './flags.js'

/** `path`: what each URL of ours begins with, the base path included. */
export async function writeRules(flags: ExportFlags, { path, basePath }: RulePath): Promise<void> {
  for (const server of flags.rules ?? []) {
    const folder = join(flags['rules-dir'] ?? resolve('pixmill-rules'), server)
    for (const { name, text } of formatRules(server, basePath === undefined ? { path } : { path, basePath }).files) {
      const file = join(folder, name)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, text)
    }
  }
}
