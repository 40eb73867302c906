// Starts the example: the remote origin in this process, Next.js in a child. `node start.mjs dev` or `node start.mjs start`.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { startOrigin } from './origin/server.mjs'

const mode = process.argv[2] === 'dev' ? 'dev' : 'start'
const port = process.env.PORT ?? '3000'
const origin = await startOrigin(Number(process.env.ORIGIN_PORT ?? 0))
const next = createRequire(import.meta.url).resolve('next/dist/bin/next')

const child = spawn(process.execPath, [next, mode, '--port', port], {
  cwd: import.meta.dirname,
  stdio: 'inherit',
  env: { ...process.env, ORIGIN_URL: `http://127.0.0.1:${origin.address().port}` },
})

// Ctrl-C reaches both processes; a signal sent to this one alone is passed on. Either way this one leaves last.
let isStopping = false
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    isStopping = true
    child.kill(signal)
  })
}
child.on('error', (error) => {
  console.error(error)
  process.exit(1)
})
child.on('exit', (code) => process.exit(isStopping ? 0 : (code ?? 1)))
