// `npm start`: from a clean clone to the gallery in production mode. PORT is honored; Ctrl-C and SIGTERM end everything.
import { spawn } from 'node:child_process'
import { buildExample, buildNative, buildTypes, example, installPackages, setUp } from './build.js'
import { root } from './command.js'

try {
  for (const step of [() => setUp('build'), installPackages, buildNative, buildTypes, buildExample]) await step()
} catch (error) {
  console.error(`\n${error.message}`)
  process.exit(1)
}

const port = process.env.PORT ?? '3000'
const child = spawn(process.execPath, ['start.mjs', 'start'], {
  cwd: `${root}${example}`,
  stdio: ['inherit', 'pipe', 'inherit'],
  env: { ...process.env, PORT: port, NEXT_TELEMETRY_DISABLED: '1' },
})

let isAnnounced = false
child.stdout.on('data', (text) => {
  process.stdout.write(text)
  if (isAnnounced || !text.includes('Ready')) return
  isAnnounced = true
  console.log(`\nThe gallery is open: http://localhost:${port}   (Ctrl-C closes it)\n`)
})
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('exit', (code) => process.exit(code ?? 1))
