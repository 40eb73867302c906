// Runs one command of a script and waits for it. Never goes through a shell, never hides output.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../', import.meta.url))

const running = new Set()
let stoppedBy

// A command may have children of its own (npm, cargo), so each one leads a process group, and the group gets the signal.
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    stoppedBy = signal
    for (const { pid } of running) process.kill(-pid, signal)
  })
}

/**
 * Resolves when the command ended well. With `onText`, its output passes through that function on the way to the terminal.
 * `cwd` is relative to the repository. Nothing starts after SIGINT or SIGTERM.
 */
export async function run(command, args, { cwd = '.', env = {}, onText } = {}) {
  if (stoppedBy) throw new Error(`stopped by ${stoppedBy}`)
  console.log(`\n$ ${[command, ...args].join(' ')}${cwd === '.' ? '' : `   (in ${cwd})`}`)
  const child = spawn(command, args, {
    cwd: new URL(`${cwd}/`, new URL('../', import.meta.url)),
    env: { ...process.env, ...env },
    stdio: onText ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    detached: true,
  })
  if (onText) passOn(child, onText)
  running.add(child)
  try {
    const [code, signal] = await once(child, 'close')
    if (code !== 0) throw new Error(`${command} ${args[0] ?? ''} ended with ${signal ?? `code ${code}`}`)
  } finally {
    running.delete(child)
  }
}

function passOn(child, onText) {
  for (const [from, to] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ]) {
    from.on('data', (text) => {
      to.write(text)
      onText(text.toString())
    })
  }
}
