// `npm run bench:load -- [folder] [--minutes 5] [--memory 128mb] [--in-flight 64] [--settle 10] [--types avif,webp,jpeg] [--only "pixmill serve"] [--json]`: resident
// memory of servers while visitors ask for variants that nobody has asked for before, of photographs of 24 megapixels (those of the folder that have at least
// 20, else mosaics): idle, at its highest, and some seconds after the last answer. The same questions to `pixmill serve`, to `next start` with pixmill, and to `next
// start` as it comes. Linux. Says what was promised; judges nothing else.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { parseBytes } from '../dist/config/index.js'
import { parseFormats, parseNames, parseNumbers } from './jobs.js'
import { createQuestions, writeSources } from './load/questions.js'
import { printReport } from './load/report.js'
import { visit } from './load/visitors.js'
import { createApp, servers, startServer } from './next-app.js'
import { readTree, watchTree } from './resident.js'
import { preparePictures } from './sources.js'

const LEAST_PIXELS = 20e6
const LOOK_EVERY_MS = 100
/** After the first answer, until what the start left behind is gone. */
const IDLE_SECONDS = 3

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '5' },
    memory: { type: 'string', default: '128mb' },
    'in-flight': { type: 'string', default: '64' },
    settle: { type: 'string', default: '10' },
    types: { type: 'string', default: 'avif,webp,jpeg' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})

async function listLarge(folder) {
  const all = await preparePictures(folder)
  const large = all.filter(({ format, width, height }) => format === 'jpeg' && width * height >= LEAST_PIXELS)
  if (large.length === 0) throw new Error(`Expected JPEGs of at least 20 megapixels but received ${all.length} others`)
  return large
}

/** Caches of an earlier server would answer. */
function forget(app) {
  for (const name of ['images', 'pixmill']) rmSync(join(app, '.next', 'cache', name), { recursive: true, force: true })
}

async function measure(name, app, questions, { seconds, inFlight, settleSeconds }) {
  forget(app)
  const env = name.includes('pixmill') ? { PIXMILL_MEMORY: values.memory } : {}
  const { origin, pid, stop } = await startServer(name, servers[name], { app, env })
  try {
    await sleep(IDLE_SECONDS * 1000)
    const idle = readTree(pid)
    const watch = watchTree(pid, LOOK_EVERY_MS)
    const signal = AbortSignal.timeout(seconds * 1000)
    const outcome = await visit(origin, questions, { inFlight, signal })
    await sleep(settleSeconds * 1000)
    const settled = readTree(pid)
    return { name, idle, peak: watch.stop(), settled, ...outcome }
  } finally {
    await stop()
  }
}

async function main() {
  const names = values.only === undefined ? Object.keys(servers) : parseNames('only', values.only, Object.keys(servers))
  const [inFlight] = parseNumbers('in-flight', values['in-flight'])
  const options = { seconds: Number(values.minutes) * 60, inFlight, settleSeconds: Number(values.settle) }
  const pictures = await listLarge(positionals[0])
  let sources
  const fill = (folder) => {
    sources = writeSources(folder, pictures)
  }
  const { app, remove } = await createApp({ name: 'load', formats: ['image/avif', 'image/webp'], fill })
  try {
    const types = parseFormats(values.types).map((type) => `image/${type}`)
    const questions = createQuestions(sources, types)
    const results = []
    for (const name of names) results.push(await measure(name, app, questions, options))
    printReport(
      { results, memory: parseBytes(values.memory, '--memory'), pictures, ...options },
      { isJson: values.json },
    )
  } finally {
    remove()
  }
}

await main()
