// One contender's process through one scenario: its resident memory before, at the highest and after, as the kernel tells it. Linux; reads /proc.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { readStatus } from '../resident.js'

const WORKER = join(import.meta.dirname, 'worker.js')
/** After loading, until what the start left behind is gone. */
const IDLE_SECONDS = 2

/**
 * `{ versions, idle, peak, settled, course, wallMs, count, failures, end }`, sizes in bytes; `course` is `[{ done, bytes }]`; `end` tells of a process that did not
 * live to the end.
 */
export async function measureProcess(name, { jobs, count, concurrency }, { memory, settleSeconds, confinement }) {
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
  const result = await follow({ child, hear }, { jobs, count, concurrency }, settleSeconds)
  child.stdin.end()
  await exit
  return { count, ...result }
}

async function follow({ child, hear }, scenario, settleSeconds) {
  const { pid, versions, end } = await hear()
  if (end) return { end }
  await sleep(IDLE_SECONDS * 1000)
  const idle = readStatus(pid, 'VmRSS')
  forgetPeak(pid)
  child.stdin.write(`${JSON.stringify(scenario)}\n`)
  const course = []
  let outcome = await hear()
  while (outcome.done !== undefined) {
    course.push({ done: outcome.done, bytes: readStatus(pid, 'VmRSS') })
    outcome = await hear()
  }
  if (outcome.end) return { versions, idle, ...outcome }
  const peak = readStatus(pid, 'VmHWM')
  await sleep(settleSeconds * 1000)
  return { versions, idle, peak, settled: readStatus(pid, 'VmRSS'), course, ...outcome }
}

/** Sets the high-water mark back to the current level (proc(5)). Where that is forbidden, the peak may be the start's. */
function forgetPeak(pid) {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5')
  } catch {}
}
