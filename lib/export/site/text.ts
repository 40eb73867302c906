/** The text of a page, in which every byte survives: what is no valid UTF-8 is read as Latin-1. Writes whole files only. */
import { createHash, randomBytes } from 'node:crypto'
import { chmod, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'

type PageEncoding = 'utf8' | 'latin1'

export interface PageText {
  readonly text: string
  readonly encoding: PageEncoding
  /** Of the bytes. */
  readonly digest: string
}

export async function readText(path: string): Promise<PageText> {
  const bytes = await readFile(path)
  const text = bytes.toString('utf8')
  const digest = createHash('sha256').update(bytes).digest('hex')
  return Buffer.from(text, 'utf8').equals(bytes)
    ? { text, encoding: 'utf8', digest }
    : { text: bytes.toString('latin1'), encoding: 'latin1', digest }
}

/** A reader sees the old file or the new one, also when the power fails in between. */
export async function replaceText(path: string, text: string, encoding: PageEncoding): Promise<void> {
  const { mode } = await stat(path)
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
  try {
    await writeFile(temporary, text, { encoding, flag: 'wx', flush: true })
    await chmod(temporary, mode & 0o7777)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}
