/** Load from the second core, by autocannon in a process of its own, and what it cost the server. */
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { imageUrl, LARGE_NAMES, QUALITIES, WIDTHS } from './servers.js'

const AUTOCANNON = join(import.meta.dirname, '..', '..', 'node_modules', 'autocannon', 'autocannon.js')
/** Linux counts CPU time in hundredths of a second. */
const TICK_MICROSECONDS = 10_000

/** `rate`: requests a second in all; without it as many as there can be. */
export async function load({ origin, pid }, { seconds, connections, rate }) {
  const before = readCpu(pid)
  const args = [
    '-c',
    '1',
    process.execPath,
    AUTOCANNON,
    '--json',
    '-d',
    seconds,
    '-c',
    connections,
    '-H',
    'accept=image/webp',
  ]
  const paced = rate === undefined ? [] : ['-R', rate]
  const { stdout } = await promisify(execFile)('taskset', [...args, ...paced, imageUrl(origin)].map(String), {
    maxBuffer: 1e8,
  })
  const { requests, latency, non2xx, errors } = JSON.parse(stdout)
  if (non2xx + errors > 0) throw new Error(`${non2xx} answers were not 200, ${errors} requests failed`)
  const microseconds = ((readCpu(pid) - before) * TICK_MICROSECONDS) / requests.total
  return { rate: requests.average, microseconds, p50: latency.p50, p99: latency.p99 }
}

/** Of a process and its children; Next starts some. */
function readCpu(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
  )
  return children.reduce((sum, child) => sum + readCpu(child), Number(fields[11]) + Number(fields[12]))
}

/** Misses without an end, always `depth` of them under way: more than there are workers. */
export function startMisses(origin, depth) {
  let isOver = false
  let count = 0
  const worker = async () => {
    while (!isOver) {
      const question = toQuestion(count++)
      const answer = await fetch(imageUrl(origin, question), { headers: { accept: 'image/webp' } })
      await answer.arrayBuffer()
    }
  }
  const workers = Promise.all(Array.from({ length: depth }, worker))
  return {
    stop: async () => {
      isOver = true
      await workers
      return count
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
