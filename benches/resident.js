// Resident memory of processes, as the kernel tells it. Linux; reads /proc.
import { readdirSync, readFileSync } from 'node:fs'

const KIB = 1024

/** `VmRSS`: now; `VmHWM`: the highest since the start or since it was set back. */
export function readStatus(pid, name) {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)[1]) * KIB
}

/** Of a process and all that it started. */
export function readTree(pid) {
  return listTree(pid).reduce((sum, each) => sum + readStatus(each, 'VmRSS'), 0)
}

function listTree(pid) {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) => listChildren(`/proc/${pid}/task/${task}`))
  return [pid, ...children.flatMap(listTree)]
}

/** A thread may have ended since it was listed. */
function listChildren(task) {
  try {
    return readFileSync(`${task}/children`, 'utf8').split(' ').filter(Boolean)
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ESRCH') return []
    throw error
  }
}

/** Looks every `everyMs`. `stop` gives the highest, and at which second. */
export function watchTree(pid, everyMs) {
  const start = performance.now()
  const highest = { bytes: 0, second: 0 }
  const look = () => {
    const bytes = readTree(pid)
    if (bytes > highest.bytes) Object.assign(highest, { bytes, second: (performance.now() - start) / 1000 })
  }
  look()
  const timer = setInterval(look, everyMs)
  return {
    stop() {
      clearInterval(timer)
      return highest
    },
  }
}
