// The process whose memory is looked at: loads one engine, then does the jobs of one scenario, a line of JSON, and answers with another. Keeps no variant.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createSharpEngine, resolveSharp } from '../../dist/cli/bench/sharp-engine.js'
import { readVersion } from '../../dist/http/version.js'
import { Engine } from '../../dist/native.js'

const [name, memory] = process.argv.slice(2)
/** Over all the jobs. */
const REPORTS = 400
const SMALL = join(import.meta.dirname, '..', '..', '__test__', 'fixtures', 'photo-baseline.jpg')

/** Both with the threads that they take by themselves. */
const ENGINES = {
  pixmill() {
    const engine = new Engine(memory ? { memory: Number(memory) } : {})
    const versions = { pixmill: readVersion() }
    return {
      versions,
      // By its path the engine lends the source's bytes from its budget before it reads them.
      work: async ({ path, isRead, ...variant }) => engine.optimize(isRead ? await readFile(path) : path, variant),
    }
  },
  async sharp() {
    const engine = await createSharpEngine(resolveSharp(import.meta.dirname))
    return {
      versions: engine.versions,
      // Next.js has the whole source in memory.
      work: async ({ path, isRead: _, ...variant }) => engine.makeVariant(await readFile(path), variant),
    }
  },
}

/** The jobs over and over until `count` are done; says now and then how many. */
async function workThrough({ jobs, count, concurrency }, work) {
  const failures = {}
  const start = performance.now()
  const stride = Math.ceil(count / REPORTS)
  let [taken, done] = [0, 0]
  const take = async () => {
    while (taken < count) {
      await work(jobs[taken++ % jobs.length]).catch((error) => {
        const reason = error.code ?? error.message
        failures[reason] = (failures[reason] ?? 0) + 1
      })
      if (++done % stride === 0) say({ done })
    }
  }
  await Promise.all(Array.from({ length: concurrency }, take))
  return { wallMs: performance.now() - start, failures }
}

const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`)

const { versions, work } = await ENGINES[name]()
// Threads and libraries that the first job brings stay: they belong to idle.
await work({ path: SMALL, width: 64, format: 'webp', quality: 75 })
say({ pid: process.pid, versions })
for await (const line of createInterface({ input: process.stdin })) say(await workThrough(JSON.parse(line), work))
