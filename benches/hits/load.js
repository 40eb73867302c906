/** Load from the second core, in a process of its own, and what it cost the server. Needs wrk (Debian's package of that name). */
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { imageUrl, QUALITIES } from '../next-app.js'
import { LARGE_NAMES, WIDTHS } from './servers.js'

const AUTOCANNON = join(import.meta.dirname, '..', '..', 'node_modules', 'autocannon', 'autocannon.js')
/** Linux counts CPU time in hundredths of a second. */
const TICK_MICROSECONDS = 10_000

/** As many requests as there can be, by wrk: a generator in JavaScript takes longer to read fourteen headers than a server to write them. */
export async function flood({ origin, pid }, { seconds, connections }) {
  const before = readCpu(pid)
  const args = ['-t', 1, '-c', connections, '-d', seconds, '-H', 'accept: image/webp', imageUrl(origin)]
  const { stdout } = await pinned('wrk', args)
  const [, total] = /(\d+) requests in/.exec(stdout) ?? []
  const [, rate] = /Requests\/sec:\s+([\d.]+)/.exec(stdout) ?? []
  if (/Non-2xx|Socket errors/.test(stdout) || !(total > 0)) throw new Error(stdout)
  return { rate: Number(rate), microseconds: ((readCpu(pid) - before) * TICK_MICROSECONDS) / total }
}

/** `rate` requests a second in all, by autocannon: how long each takes. */
export async function pace({ origin }, { seconds, connections, rate }) {
  const args = [
    AUTOCANNON,
    '--json',
    '-d',
    seconds,
    '-c',
    connections,
    '-R',
    rate,
    '-H',
    'accept=image/webp',
    imageUrl(origin),
  ]
  const { stdout } = await pinned(process.execPath, args)
  const { latency, non2xx, errors } = JSON.parse(stdout)
  if (non2xx + errors > 0) throw new Error(`${non2xx} answers were not 200, ${errors} requests failed`)
  return { p50: latency.p50, p99: latency.p99 }
}

/** On the second core. */
async function pinned(command, args) {
  return promisify(execFile)('taskset', ['-c', '1', command, ...args].map(String), { maxBuffer: 1e8 })
}

/** Of a process and its children; Next starts some. */
function readCpu(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
  )
  return children.reduce((sum, child) => sum + readCpu(child), Number(fields[11]) + Number(fields[12]))
}

/** Over all servers and rounds, so that no miss is another one's hit. */
let asked = 0

/** Misses without an end, always `depth` of them under way: more than there are workers. */
export function startMisses(origin, depth) {
  let isOver = false
  let answered = 0
  const worker = async () => {
    while (!isOver) {
      const question = toQuestion(asked++)
      const answer = await fetch(imageUrl(origin, question), { headers: { accept: 'image/webp' } })
      await answer.arrayBuffer()
      answered++
    }
  }
  const workers = Promise.all(Array.from({ length: depth }, worker))
  return {
    stop: async () => {
      isOver = true
      await workers
      return answered
    },
  }
}

/** No two alike, as long as there are combinations. */
function toQuestion(number) {
  const pick = (list, divisor) => list[Math.floor(number / divisor) % list.length]
  return {
    name: pick(LARGE_NAMES, 1),
    quality: pick(QUALITIES, LARGE_NAMES.length),
    width: pick(WIDTHS, LARGE_NAMES.length * QUALITIES.length),
  }
}
