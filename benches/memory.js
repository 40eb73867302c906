// `npm run bench:memory -- [folder] [--jobs 500] [--concurrency 8] [--rounds 1] [--settle 10] [--memory 256mb] [--no-large] [--cgroup] [--json]`: resident
// memory idle, at its peak and settled, over mixed jobs and over a photograph of 100 and one of 24 megapixels: of pixmill, and of sharp as Next.js 16.4 calls
// it, each in a process of its own, in turns. With `--cgroup`, inside a group of processes that may have 256 MB. Linux. Judges nothing.
import { parseArgs } from 'node:util'
import { parseBytes } from '../dist/config/index.js'
import { parseNumbers, QUALITY } from './jobs.js'
import { findConfinement } from './memory/cgroup.js'
import { mixJobs } from './memory/mix.js'
import { measureProcess } from './memory/process.js'
import { printReport } from './memory/report.js'
import { prepareLarge, preparePictures } from './sources.js'

const CONTENDERS = ['pixmill', 'sharp']
const GROUP_BYTES = 256 * 1024 ** 2
/** The progressive one is wide enough for half of its scale to be needed. */
const LARGE_WIDTHS = { 'baseline-100mp.jpg': 1080, 'progressive-24mp.jpg': 1920 }

const { values, positionals } = parseArgs({
  allowPositionals: true,
  allowNegative: true,
  options: {
    jobs: { type: 'string', default: '500' },
    concurrency: { type: 'string', default: '8' },
    rounds: { type: 'string', default: '1' },
    settle: { type: 'string', default: '10' },
    memory: { type: 'string' },
    large: { type: 'boolean', default: true },
    cgroup: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})

/** `{ name, jobs, concurrency, sourceBytes }`; `sourceBytes` where one source is all there is. */
async function listScenarios() {
  const [count, concurrency] = ['jobs', 'concurrency'].flatMap((name) => parseNumbers(name, values[name]))
  const pictures = await preparePictures(positionals[0])
  const mixed = {
    name: `${count} mixed jobs at concurrency ${concurrency}`,
    jobs: mixJobs(pictures, count),
    concurrency,
    sourceBytes: null,
  }
  return values.large ? [mixed, ...(await prepareLarge()).map(describeLarge)] : [mixed]
}

function describeLarge({ name, path, bytes }) {
  const width = LARGE_WIDTHS[name]
  return {
    name: `one JPEG, ${name}, ${(bytes / 1e6).toFixed(1)} MB -> WebP ${width}`,
    jobs: [{ path, width, format: 'webp', quality: QUALITY }],
    concurrency: 1,
    sourceBytes: bytes,
  }
}

/** Whoever comes first finds another machine than whoever comes second. */
async function runScenario(scenario, options) {
  const [rounds] = parseNumbers('rounds', values.rounds)
  const results = []
  for (let round = 0; round < rounds; round++) {
    for (const name of round % 2 === 0 ? CONTENDERS : CONTENDERS.toReversed())
      results.push({ name, round, ...(await measureProcess(name, scenario, options)) })
  }
  const { name, sourceBytes } = scenario
  return { name, sourceBytes, results }
}

async function main() {
  const confinement = values.cgroup ? findConfinement(GROUP_BYTES) : null
  if (confinement?.reason) {
    console.log(`skipped: no group of 256 MB can be made here: ${confinement.reason}`)
    return
  }
  const memory = values.memory === undefined ? null : parseBytes(values.memory, '--memory')
  const options = { memory, settleSeconds: Number(values.settle), confinement }
  try {
    const scenarios = []
    for (const scenario of await listScenarios()) scenarios.push(await runScenario(scenario, options))
    printReport({ scenarios, ...options, groupBytes: confinement && GROUP_BYTES }, { isJson: values.json })
  } finally {
    confinement?.remove()
  }
}

await main()
