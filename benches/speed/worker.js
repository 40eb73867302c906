// The process of one contender: loads it, then does the jobs its parent sends, one at a time. Knows nothing of the others.
import { readFile } from 'node:fs/promises'
import { createEngine } from './engine.js'

/** User and system time of all threads; leftovers of the last job are not this one's. */
async function perform(engine, { path, ...options }) {
  const source = await readFile(path)
  globalThis.gc?.()
  const cpu = process.cpuUsage()
  const wall = performance.now()
  const { length } = await engine.makeVariant(source, options)
  const wallMs = performance.now() - wall
  const { user, system } = process.cpuUsage(cpu)
  return { cpuMs: (user + system) / 1000, userMs: user / 1000, wallMs, bytes: length }
}

const toError = (error) => ({ error: error.message.replace(/\s*\n\s*/g, ' ') })

process.on('disconnect', () => process.exit(0))
try {
  const engine = await createEngine(process.argv[2], JSON.parse(process.argv[3] ?? '{}'))
  process.on('message', async (job) => process.send(await perform(engine, job).catch(toError)))
  process.send({ versions: engine.versions })
} catch (error) {
  process.send(toError(error))
}
