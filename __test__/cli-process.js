/** The command line as a process: started, waited for by its own words, and ended. Never sleeps. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url))

/** The variables that the command reads must come from the test alone. */
const CLEAN = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('PIXMILL_') && name !== 'PORT' && name !== 'HOST'),
)

/** Runs to its end. */
export async function runCli(args, { env = {}, cwd } = {}) {
  const child = spawn(process.execPath, [MAIN, ...args], { env: { ...CLEAN, ...env }, cwd })
  const output = collect(child)
  const [code] = await once(child, 'close')
  return { code, stdout: output.stdout, stderr: output.stderr }
}

/** A running `pixmill serve`, once it has told its address. It is ended with the test at the latest. */
export async function startServe(t, args, { env = {}, cwd } = {}) {
  const child = spawn(process.execPath, [MAIN, 'serve', '--port', '0', ...args], { env: { ...CLEAN, ...env }, cwd })
  const output = collect(child)
  const exited = once(child, 'exit').then(([code, signal]) => ({ code, signal }))
  t.after(() => child.kill('SIGKILL'))
  const url = await Promise.race([listening(child, output), exited])
  if (typeof url !== 'string') throw new Error(`pixmill serve ended early: ${output.stderr}`)
  const end = (signal) => {
    child.kill(signal)
    return exited
  }
  return { url, child, output, exited, end }
}

function listening(child, output) {
  return new Promise((resolve) => {
    child.stdout.on('data', () => {
      const url = /listens on (\S+)\n/.exec(output.stdout)?.[1]
      if (url !== undefined) resolve(url)
    })
  })
}

function collect(child) {
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', (text) => {
      output[name] += text
    })
  }
  return output
}

/** A folder with the given files, gone after the test. */
export async function makeFolder(t, files = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'pixmill-cli-'))
  // The server may still be writing; a hook that fails would keep the next one from ending it.
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }).catch(() => {}))
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, content)
  }
  return folder
}
