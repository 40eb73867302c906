// `npm run bench:memory -- [folder] [--jobs 500] [--concurrency 8] [--rounds 1] [--settle 10] [--memory 256mb] [--no-large] [--small] [--only pixmill] [--cgroup] [--json]`:
// resident memory idle, at its peak and settled, over mixed jobs and over photographs of 100 and of 24 megapixels: of pixmill, and of sharp as Next.js 16.4 calls
// it, each in a process of its own, in turns. With `--small`, over small pictures alone (`--jobs 100000`), and how much it grew by each job of the second
// half. With `--cgroup`, inside a group of processes that may have 256 MB. Linux. Judges nothing.
import { parseArgs } from 'node:util'
import { parseBytes } from '../dist/config/index.js'
import { parseNames, parseNumbers, QUALITY } from './jobs.js'
import { findConfinement } from './memory/cgroup.js'
import { mixJobs, mixSmall } from './memory/mix.js'
import { measureProcess } from './memory/process.js'
import { printReport } from './memory/report.js'
import { prepareLarge, preparePictures, prepareSmall } from './sources.js'

const CONTENDERS = ['pixmill', 'sharp']
const GROUP_BYTES = 256 * 1024 ** 2
/** Wide enough for half of a progressive one's scale to be needed. */
const toLargeWidth = (name) => (name.startsWith('progressive') ? 1920 : 1080)

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
    only: { type: 'string' },
    small: { type: 'boolean', default: false },
    cgroup: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})

/** `{ name, jobs, count, concurrency, sourceBytes, hasSlope }`: the jobs over and over; `sourceBytes` where one source is all there is. */
async function listScenarios() {
  const [count, concurrency] = ['jobs', 'concurrency'].flatMap((name) => parseNumbers(name, values[name]))
  const common = { count, concurrency, sourceBytes: null, hasSlope: values.small }
  if (values.small) {
    const name = `${count} small jobs at concurrency ${concurrency}`
    return [{ name, jobs: mixSmall(await prepareSmall()), ...common }]
  }
  const name = `${count} mixed jobs at concurrency ${concurrency}`
  const mixed = { name, jobs: mixJobs(await preparePictures(positionals[0]), count), ...common }
  return values.large ? [mixed, ...(await prepareLarge()).map(describeLarge)] : [mixed]
}

function describeLarge({ name, path, bytes }) {
  const width = toLargeWidth(name)
  return {
    name: `one JPEG, ${name}, ${(bytes / 1e6).toFixed(1)} MB -> WebP ${width}`,
    jobs: [{ path, width, format: 'webp', quality: QUALITY }],
    count: 1,
    concurrency: 1,
    sourceBytes: bytes,
    hasSlope: false,
  }
}

/** Whoever comes first finds another machine than whoever comes second. */
async function runScenario(scenario, options) {
  const [rounds] = parseNumbers('rounds', values.rounds)
  const contenders = values.only === undefined ? CONTENDERS : parseNames('only', values.only, CONTENDERS)
  const results = []
  for (let round = 0; round < rounds; round++) {
    for (const name of round % 2 === 0 ? contenders : contenders.toReversed())
      results.push({ name, round, ...(await measureProcess(name, scenario, options)) })
  }
  const { name, sourceBytes, hasSlope } = scenario
  return { name, sourceBytes, hasSlope, results }
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
