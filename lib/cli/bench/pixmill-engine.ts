/** pixmill as an engine of the bench: the library with its defaults. */

import { readVersion } from '../../http/version.js'
import { Engine } from '../../native.js'
import type { BenchEngine } from './engine.js'

export async function createPixmillEngine(): Promise<BenchEngine> {
  const engine = new Engine()
  return {
    versions: { pixmill: readVersion() },
    async makeVariant(source, { width, format, quality }) {
      const { data } = await engine.optimize(source, { width, format, quality })
      return data
    },
  }
}
