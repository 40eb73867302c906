/** The folder that is exported: its files, and which of them are text that may hold URLs. Never follows a link out of the folder. */
import { readdir, readFile, realpath } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'
import { optionError } from '../errors.js'

const TEXTS = new Set([
  '.html',
  '.htm',
  '.txt',
  '.js',
  '.mjs',
  '.css',
  '.json',
  '.xml',
  '.md',
  '.webmanifest',
  '.rsc',
  '',
])

/** All files below `output`, relative, with `/`, in the order of their names. */
export async function listFiles(output: string): Promise<string[]> {
  const entries = await readdir(output, { recursive: true, withFileTypes: true }).catch((error) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw optionError('the output', 'a folder that exists', output)
    throw error
  })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return files.map((file) => toRelative(output, file)).sort()
}

function toRelative(output: string, file: string): string {
  return file
    .slice(output.length + (output.endsWith(sep) ? 0 : 1))
    .split(sep)
    .join('/')
}

/** Without an extension: what a route handler wrote. */
export function isText(file: string): boolean {
  return TEXTS.has(extname(file).toLowerCase())
}

/** Calls `visit` for each text, a few at a time: an output may have thousands of pages. */
export async function readTexts(
  output: string,
  files: readonly string[],
  visit: (file: string, text: string) => void,
): Promise<void> {
  const waiting = files.filter(isText).values()
  const reader = async (): Promise<void> => {
    for (const file of waiting) visit(file, await readFile(join(output, file), 'utf8'))
  }
  await Promise.all(Array.from({ length: 8 }, reader))
}

/** The absolute path of a file of the output, or null: none, or one behind a link that leads out. */
export async function findFile(output: string, file: string): Promise<string | null> {
  const path = join(output, file)
  if (!path.startsWith(output.endsWith(sep) ? output : output + sep)) return null
  const [real, root] = await Promise.all([realpath(path).catch(() => null), realpath(output)])
  return real?.startsWith(root + sep) ? path : null
}
