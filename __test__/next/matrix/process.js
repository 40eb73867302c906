/** Processes of the matrix: a command that ends, a server that is ready when it says so. Every server started here is stopped here. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'

const QUIET = { NEXT_TELEMETRY_DISABLED: '1', CI: '1' }
const PATIENCE_MS = 180_000

/** Runs to its end; rejects with the output when it fails. */
export async function run(command, args, { cwd, env = {} }) {
  const child = spawn(command, args, { cwd, env: environment(env), stdio: ['ignore', 'pipe', 'pipe'] })
  const output = collect(child)
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${output().slice(-4000)}`)
  return output()
}

/** Starts a server and waits for its line; `stop` ends it and all its children. */
export async function startServer(command, args, { cwd, env = {}, port }) {
  const child = spawn(command, args, {
    cwd,
    env: environment({ ...env, PORT: String(port) }),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const output = collect(child)
  const closed = once(child, 'close')
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGTERM')
    const timer = setTimeout(() => process.kill(-child.pid, 'SIGKILL'), 10_000)
    await closed
    clearTimeout(timer)
  }
  try {
    await waitForLine(child, output, closed)
  } catch (error) {
    await stop().catch(() => {})
    throw error
  }
  return { origin: `http://localhost:${port}`, output, stop }
}

function waitForLine(child, output, closed) {
  return new Promise((resolve, reject) => {
    const look = () => /Ready|started server|Local:.*\n[\s\S]*Ready/.test(output()) && resolve()
    child.stdout.on('data', look)
    child.stderr.on('data', look)
    closed.then(() => reject(new Error(`the server ended before it was ready:\n${output().slice(-4000)}`)))
    setTimeout(
      () => reject(new Error(`the server was not ready in time:\n${output().slice(-4000)}`)),
      PATIENCE_MS,
    ).unref()
  })
}

function collect(child) {
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk) => (text += chunk))
  return () => text
}

// What this process inherited from a test runner or from npm must not reach Next.
function environment(extra) {
  const { NODE_ENV, NODE_OPTIONS, NODE_TEST_CONTEXT, ...inherited } = process.env
  return { ...inherited, ...QUIET, ...extra }
}

export async function findPort() {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}
