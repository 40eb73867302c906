// A group of processes that may have so much memory and no swap: by systemd where it runs, else by cgroup v2 directly. Leaves nothing behind.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = '/sys/fs/cgroup'

/** `{ wrap(command, args), remove() }`, or `{ reason }` where neither is allowed. */
export function findConfinement(bytes) {
  const systemd = bySystemd(bytes)
  if (!systemd.reason) return systemd
  const direct = byCgroup(bytes)
  return direct.reason ? { reason: `${systemd.reason}; ${direct.reason}` } : direct
}

function bySystemd(bytes) {
  const user = process.getuid() === 0 ? [] : ['--user']
  const limits = ['-p', `MemoryMax=${bytes}`, '-p', 'MemorySwapMax=0']
  const flags = [...user, '--scope', '--quiet', '--collect', ...limits]
  const { status, stderr, error } = spawnSync('systemd-run', [...flags, 'true'], { encoding: 'utf8' })
  if (status !== 0) return { reason: `systemd-run: ${error?.code ?? stderr.trim().split('\n').at(-1)}` }
  return { wrap: (command, args) => ['systemd-run', [...flags, command, ...args]], remove() {} }
}

function byCgroup(bytes) {
  const folder = join(ROOT, `pixmill-bench-${process.pid}`)
  const remove = () => rmdirSync(folder)
  try {
    const controllers = readFileSync(join(ROOT, 'cgroup.subtree_control'), 'utf8').trim().split(' ')
    if (!controllers.includes('memory')) return { reason: 'cgroup v2: the memory controller is not passed on' }
    mkdirSync(folder)
  } catch (error) {
    return { reason: `cgroup v2: ${error.code}` }
  }
  try {
    writeFileSync(join(folder, 'memory.max'), `${bytes}`)
    writeFileSync(join(folder, 'memory.swap.max'), '0')
  } catch (error) {
    remove()
    return { reason: `cgroup v2: ${error.code}` }
  }
  // The shell joins the group, and what it becomes is born there.
  const enter = 'echo $$ > "$0" && exec "$@"'
  return {
    wrap: (command, args) => ['sh', ['-c', enter, join(folder, 'cgroup.procs'), command, ...args]],
    remove,
  }
}
