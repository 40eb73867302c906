/** The files of a folder that are pages or style sheets. Follows no link, and leaves hidden files and the variants' folder alone. */
import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

const SKIPPED = ['node_modules']

/** Relative, with `/`, in the order of their names. */
export async function listFiles(output: string, ending: RegExp, assets?: string): Promise<string[]> {
  const found: string[] = []
  const folders = ['']
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await readdir(join(output, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (isSkipped(entry) || path === assets) continue
      if (entry.isDirectory()) folders.push(path)
      else if (entry.isFile() && ending.test(entry.name)) found.push(path)
    }
  }
  return found.sort()
}

function isSkipped({ name }: Dirent): boolean {
  return name.startsWith('.') || SKIPPED.includes(name)
}
