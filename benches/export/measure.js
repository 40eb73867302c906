// One command with all its descendants: wall time, processor time, the highest resident memory. Linux; reads /proc, changes nothing.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'

/** The kernel's own unit of processor time in /proc, on all platforms that Node.js runs on. */
const TICK_MS = 10
const LOOK_MS = 15

/** Resolves with `{ wallMs, cpuMs, peakBytes, output }`; rejects when the command fails. */
export async function measure(script, args, { cwd }) {
  const before = childTicks()
  const start = performance.now()
  const child = spawn(process.execPath, [script, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  const peak = watch(child.pid)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
  const [code] = await once(child, 'close')
  const wallMs = performance.now() - start
  const peakBytes = peak.stop()
  if (code !== 0) throw new Error(`${script} ended with ${code}:\n${output.slice(-2000)}`)
  return { wallMs, cpuMs: (childTicks() - before) * TICK_MS, peakBytes, output }
}

/** User and system time of all children that this process has waited for, and of theirs. */
function childTicks() {
  const fields = statFields('self')
  return Number(fields[13]) + Number(fields[14])
}

/** The fields after the name, which may hold spaces: the state is the first. */
const statFields = (pid) =>
  readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')

/** Looks at the whole tree again and again; the kernel's own high-water mark of the root makes up for what falls between two looks. */
function watch(root) {
  let highest = 0
  const look = () => {
    const together = listTree(root).reduce((sum, pid) => sum + readStatus(pid, 'VmRSS'), 0)
    highest = Math.max(highest, together, readStatus(root, 'VmHWM'))
  }
  const timer = setInterval(look, LOOK_MS)
  return {
    stop() {
      clearInterval(timer)
      return highest
    },
  }
}

function listTree(root) {
  const children = new Map()
  for (const name of readdirSync('/proc')) {
    const parent = /^\d+$/.test(name) ? parentOf(name) : undefined
    if (parent) children.set(parent, [...(children.get(parent) ?? []), name])
  }
  const tree = [`${root}`]
  for (const pid of tree) tree.push(...(children.get(pid) ?? []))
  return tree
}

/** A process may end while it is looked at. */
function parentOf(pid) {
  try {
    return statFields(pid)[1]
  } catch {
    return undefined
  }
}

function readStatus(pid, name) {
  try {
    const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return Number(kilobytes ?? 0) * 1024
  } catch {
    return 0
  }
}
