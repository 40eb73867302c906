/** A file below a folder, and never one that a link leads out to. */
import { realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'

export interface LocalFile {
  /** With all links followed. */
  readonly file: string
  readonly bytes: number
}

/** `root` is a real path: links in it were followed. */
export async function findLocal(root: string, path: string): Promise<LocalFile | { readonly reason: string }> {
  const file = await realpath(join(root, path)).catch(() => null)
  if (file === null) return { reason: 'no such file' }
  if (!file.startsWith(root.endsWith(sep) ? root : root + sep)) return { reason: 'a link leads out of the folder' }
  const found = await stat(file).catch(() => null)
  return found?.isFile() ? { file, bytes: found.size } : { reason: 'no such file' }
}
