/** What the loader wrote down while pages were rendered: the exact sources, of which a URL holds no more than a hash. */
import { readFile } from 'node:fs/promises'

export interface Recorded {
  readonly src: string
  readonly width: number
  readonly quality: number
}

/** Empty where there is no such file: an old Node.js, or an output from elsewhere. A line that was cut is left out. */
export async function readRecords(file: string): Promise<Recorded[]> {
  const text = await readFile(file, 'utf8').catch((error) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  })
  return text.split('\n').flatMap((line) => parseRecord(line))
}

function parseRecord(line: string): Recorded[] {
  try {
    const [src, width, quality] = JSON.parse(line)
    return typeof src === 'string' ? [{ src, width, quality }] : []
  } catch {
    return []
  }
}
