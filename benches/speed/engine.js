// The two that are compared, each with one thread: pixmill's `optimize`, and sharp as Next.js 16.4 calls it.
import { pathToFileURL } from 'node:url'
import { createSharpEngine, resolveSharp } from '../../dist/cli/bench/sharp-engine.js'
import { readVersion } from '../../dist/http/version.js'
import { Engine } from '../../dist/native.js'

/** `{ versions, makeVariant(bytes, { width, format, quality }) }`, and of pixmill `avifEncoder`. */
export const createEngine = (name, options = {}) => ENGINES[name](options)

const ENGINES = {
  /** `speed`: pixmill's own, where nothing else is said. */
  async pixmill({ speed = 'balanced' }) {
    const engine = new Engine({ threads: 1 })
    return {
      versions: { pixmill: readVersion() },
      avifEncoder: engine.stats().avifEncoder,
      makeVariant: async (source, options) => (await engine.optimize(source, { speed, ...options })).data,
    }
  },
  async sharp() {
    const path = resolveSharp(import.meta.dirname)
    if (path === undefined) throw new Error('Expected sharp beside pixmill but received nothing: npm install')
    const engine = await createSharpEngine(path)
    // On two processors Next.js sets it so by itself.
    const { default: sharp } = await import(pathToFileURL(path).href)
    sharp.concurrency(1)
    return engine
  },
}
