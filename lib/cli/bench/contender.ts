/** The parent's end of an engine's process: one task at a time, and a process that dies is one failed task. */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { EngineName, Hello, Result, Task } from './engine.js'

const WORKER = fileURLToPath(new URL('./worker.js', import.meta.url))

type Loaded = Exclude<Hello, { error: string }>

export interface Contender {
  readonly name: EngineName
  readonly hello: Loaded
  perform(task: Task): Promise<Result>
  /** A new process: nothing that earlier tasks left behind counts for the next ones. */
  renew(): Promise<void>
  close(): void
}

/** Resolves when the engine is loaded. `sharpPath` is where the engine named sharp lies. */
export async function createContender(name: EngineName, sharpPath?: string): Promise<Contender> {
  let { child, hello } = await startWorker(name, sharpPath)
  const close = () => void child.kill()
  const renew = async () => {
    close()
    ;({ child, hello } = await startWorker(name, sharpPath))
  }
  const perform = async (task: Task) => {
    if (!child.connected) await renew()
    child.send(task)
    return receive<Result>(child)
  }
  return { name, hello, perform, renew, close }
}

async function startWorker(
  name: EngineName,
  sharpPath: string | undefined,
): Promise<{ child: ChildProcess; hello: Loaded }> {
  // Next.js uses sharp with half of its threads in production, and with a quarter in development.
  const child = fork(WORKER, sharpPath === undefined ? [] : [sharpPath], {
    execArgv: ['--expose-gc'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  const hello = await receive<Hello>(child)
  if (!('error' in hello)) return { child, hello }
  child.kill()
  throw new Error(`${name} cannot be loaded: ${hello.error}`)
}

function receive<T extends Hello | Result>(child: ChildProcess): Promise<T | { error: string }> {
  return new Promise((resolve) => {
    const onMessage = (message: unknown) => end(message as T)
    const onExit = (code: number | null, signal: string | null) =>
      end({ error: `its process ended (${signal ?? `exit code ${code}`})` })
    const end = (result: T | { error: string }) => {
      child.off('message', onMessage)
      child.off('exit', onExit)
      resolve(result)
    }
    child.on('message', onMessage)
    child.on('exit', onExit)
  })
}
