// Starts the built example in production mode on a free port, and ends it. The tests' view of it is its address.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../../examples/app-router/', import.meta.url))

/** Resolves when the first page was answered, which is when Next.js has loaded its config. */
export async function startExample({ cacheDir }) {
  const child = spawn(process.execPath, ['start.mjs', 'start'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PORT: '0', PIXMILL_CACHE_DIR: cacheDir, NEXT_TELEMETRY_DISABLED: '1', FORCE_COLOR: '0' },
  })
  const url = await addressOf(child)
  const response = await fetch(url)
  if (!response.ok) throw new Error(`Expected the gallery at ${url} but received status ${response.status}`)
  return {
    url,
    async stop() {
      child.kill('SIGTERM')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    },
  }
}

async function addressOf(child) {
  let output = ''
  for await (const text of child.stdout.setEncoding('utf8')) {
    output += text
    const url = /Local:\s+(http:\/\/\S+)/.exec(output)?.[1]
    if (!url || !output.includes('Ready')) continue
    // Read on, so that the server never waits for a full pipe.
    child.stdout.resume()
    return url
  }
  throw new Error(`Expected the address of the example but received ${output}`)
}
