// One contender's process through one scenario: its resident memory before, at the highest and after, as the kernel tells it. Linux; reads /proc.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

const WORKER = join(import.meta.dirname, 'worker.js')
/** After loading, until what the start left behind is gone. */
const IDLE_SECONDS = 2

/** `{ versions, idle, peak, settled, wallMs, jobs, failures, end }`, sizes in bytes; `end` tells of a process that did not live to the end. */
export async function measureProcess(name, { jobs, concurrency }, { memory, settleSeconds, confinement }) {
  const args = [WORKER, name, ...(memory === null ? [] : [`${memory}`])]
  const [command, all] = confinement?.wrap(process.execPath, args) ?? [process.execPath, args]
  // Next.js calls sharp otherwise in development.
  const env = { ...process.env, NODE_ENV: 'production' }
  const child = spawn(command, all, { env, stdio: ['pipe', 'pipe', 'inherit'] })
  // A process that is killed takes the pipe with it; how it ended is told by `exit`.
  child.stdin.on('error', () => {})
  const exit = once(child, 'exit').then(([code, signal]) => ({ end: `${signal ?? `exit code ${code}`}` }))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const hear = async () => {
    const { value, done } = await lines.next()
    return done ? exit : JSON.parse(value)
  }
  const result = await follow({ child, hear }, { jobs, concurrency }, settleSeconds)
  child.stdin.end()
  await exit
  return { jobs: jobs.length, ...result }
}

async function follow({ child, hear }, scenario, settleSeconds) {
  const { pid, versions, end } = await hear()
  if (end) return { end }
  await sleep(IDLE_SECONDS * 1000)
  const idle = readStatus(pid, 'VmRSS')
  forgetPeak(pid)
  child.stdin.write(`${JSON.stringify(scenario)}\n`)
  const outcome = await hear()
  if (outcome.end) return { versions, idle, ...outcome }
  const peak = readStatus(pid, 'VmHWM')
  await sleep(settleSeconds * 1000)
  return { versions, idle, peak, settled: readStatus(pid, 'VmRSS'), ...outcome }
}

/** Sets the high-water mark back to the current level (proc(5)). Where that is forbidden, the peak may be the start's. */
function forgetPeak(pid) {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5')
  } catch {}
}

function readStatus(pid, name) {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024
}
