// The parent's end of a contender that runs in Node.js: one job at a time. Measures nothing itself.
import { fork } from 'node:child_process'
import { join } from 'node:path'

const WORKER = join(import.meta.dirname, 'worker.js')

/** `{ name, versions, perform(job), stop() }`; `perform` resolves to `{ cpuMs, userMs, wallMs, bytes }` or `{ error }`. A process that dies is one failed job. */
export async function startContender(name, options = {}) {
  const { child: first, versions } = await startWorker(name, options)
  let child = first
  return {
    name,
    versions,
    async perform(job) {
      if (!child.connected) ({ child } = await startWorker(name, options))
      child.send(job)
      return receive(child)
    },
    stop: () => child.kill(),
  }
}

async function startWorker(name, options) {
  // Next.js calls sharp otherwise in development.
  const env = { ...process.env, NODE_ENV: 'production' }
  const child = fork(WORKER, [name, JSON.stringify(options)], { execArgv: ['--expose-gc'], env })
  const { versions, error } = await receive(child)
  if (error) throw new Error(`${name} cannot be loaded: ${error}`)
  return { child, versions }
}

function receive(child) {
  return new Promise((resolve) => {
    const end = (message) => {
      child.off('message', end).off('exit', onExit)
      resolve(message)
    }
    const onExit = (code, signal) => end({ error: `its process ended (${signal ?? code})` })
    child.on('message', end).on('exit', onExit)
  })
}
