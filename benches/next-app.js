/** A Next.js app for the benches, and the servers over it that are compared. Starts and stops; measures nothing. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findPort, run } from '../__test__/next/matrix/process.js'
import { packPixmill, prepareInstall } from '../__test__/next/matrix/store.js'

const ROOT = join(import.meta.dirname, '..')
const PHOTO = join(ROOT, '__test__', 'fixtures', 'photo-large.jpg')
export const NEXT = '16.4.6'
/** As many as Next takes. */
export const QUALITIES = Array.from({ length: 20 }, (_, number) => 5 * (number + 1))

/**
 * The config is wrapped in withPixmill, or not, when a server starts. Built once: the endpoint is no part of a build. `fill` puts pictures into the folder
 * that it is given, beside `/photo.jpg`.
 */
export async function createApp({ name, formats, fill }) {
  const work = mkdtempSync(join(tmpdir(), `pixmill-${name}-`))
  const { app } = await prepareInstall(work, { version: NEXT, layout: 'npm' }, await packPixmill(work))
  const folder = join(app, 'public')
  mkdirSync(join(app, 'app'), { recursive: true })
  mkdirSync(folder, { recursive: true })
  copyFileSync(PHOTO, join(folder, 'photo.jpg'))
  fill(folder)
  const html = 'export default ({ children }) => <html lang="en"><body>{children}</body></html>\n'
  writeFileSync(join(app, 'app', 'layout.jsx'), html)
  writeFileSync(join(app, 'app', 'page.jsx'), `export default () => <p>${name}</p>\n`)
  const images = { formats, qualities: QUALITIES }
  const config = `import { withPixmill } from 'pixmill/next'
const config = { images: ${JSON.stringify(images)} }
export default process.env.BENCH_SERVER === 'pixmill' ? withPixmill(config) : config\n`
  writeFileSync(join(app, 'next.config.mjs'), config)
  await run('node', ['node_modules/next/dist/bin/next', 'build'], { cwd: app })
  return { app, remove: () => rmSync(work, { recursive: true, force: true }) }
}

const startNext = ({ app, port }) => [join(app, 'node_modules/next/dist/bin/next'), 'start', '-p', String(port)]
const startServe = ({ app, port }) => [
  join(ROOT, 'dist', 'cli', 'main.js'),
  'serve',
  '--root',
  app,
  '--port',
  String(port),
]

/** By the names in the tables: what Node.js is given. */
export const servers = {
  'pixmill serve': startServe,
  'next start with pixmill': startNext,
  'next start': startNext,
}

/** `toArgs` is one of `servers`; `wrapper` a command that takes another one, as taskset does. Resolves once a picture was answered. */
export async function startServer(name, toArgs, { app, wrapper = [], env = {} }) {
  const port = await findPort()
  const [command, ...args] = [...wrapper, process.execPath, ...toArgs({ app, port })]
  const child = spawn(command, args, {
    cwd: app,
    env: {
      ...process.env,
      NODE_ENV: 'production',
      NEXT_TELEMETRY_DISABLED: '1',
      BENCH_SERVER: name.includes('pixmill') ? 'pixmill' : '',
      ...env,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const exit = once(child, 'exit')
  const origin = `http://127.0.0.1:${port}`
  await untilAnswered(origin, child)
  const stop = async () => {
    child.kill('SIGTERM')
    await exit
  }
  return { origin, pid: child.pid, stop }
}

async function untilAnswered(origin, child) {
  for (let round = 0; round < 300; round++) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`)
    const answer = await fetch(imageUrl(origin), { headers: { accept: 'image/webp' } }).catch(() => undefined)
    await answer?.arrayBuffer()
    if (answer?.status === 200 && answer.headers.get('content-type') === 'image/webp') return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('the server did not answer with a WebP in time')
}

export function imageUrl(origin, { name = '/photo.jpg', width = 1080, quality = 75 } = {}) {
  return `${origin}/_next/image?url=${encodeURIComponent(name)}&w=${width}&q=${quality}`
}
