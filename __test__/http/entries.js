// The entries that a cache has on disk. A server writes them behind its answers: whoever wants to see them has to wait.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const NAME = /^[0-9a-f]{64}$/

/** Paths of the entries in `folder`. */
export function listEntries(folder) {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile() && NAME.test(file.name))
      .map(({ parentPath, name }) => join(parentPath, name))
  } catch {
    return []
  }
}

/** Resolves to the entries once there are any. A server that has none in ten seconds keeps them elsewhere. */
export async function untilEntries(folder) {
  for (let round = 0; round < 2_000; round++) {
    const entries = listEntries(folder)
    if (entries.length > 0) return entries
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  throw new Error(`Expected entries in ${folder}`)
}
