/**
 * Runs the tests of a file inside of namespaces of their own, so that they may own every address and mount what they like. Never changes the
 * machine's own network or mounts.
 */
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

/** Set for the process inside. */
const MARK = 'PIXMILL_TEST_NAMESPACE'

/** What a sandbox may forbid that allows the rest. */
const MOUNT = 'mount -t tmpfs none /mnt'

/**
 * `flags`: of `unshare`. `needs`: commands that the tests rely on, tried in a namespace that is thrown away. `through`: a command that starts the
 * tests. The file runs once more inside, and what it reports there goes to whoever started it, as if it came from here.
 */
export function inNamespace(url, { flags, needs = [], through = [] }, tests) {
  const file = fileURLToPath(url)
  if (process.env[MARK] === file) return tests()
  const tries = [MOUNT, ...needs]
  // As root; or with a user namespace, in which this user is root.
  const ways = [flags, ['-r', ...flags]].map((all) => [...all, ...through])
  const way = ways.find((words) => spawnSync('unshare', [...words, 'sh', '-c', tries.join(' && ')]).status === 0)
  if (way === undefined) return test('in namespaces', { skip: `not possible here: unshare, then ${tries.join(', ')}` })
  const { status } = spawnSync('unshare', [...way, process.execPath, ...process.execArgv, file], {
    stdio: 'inherit',
    env: { ...process.env, [MARK]: file },
  })
  process.exitCode = status ?? 1
}
