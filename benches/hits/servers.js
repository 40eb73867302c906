/** The servers that are compared: each on one core, each with the same picture. Starts and stops; measures nothing. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findPort, run } from '../../__test__/next/matrix/process.js'
import { packPixmill, prepareInstall } from '../../__test__/next/matrix/store.js'

const ROOT = join(import.meta.dirname, '..', '..')
const FIXTURES = join(ROOT, '__test__', 'fixtures')
export const NEXT = '16.4.6'
/** Large pictures under as many names: what misses are made of. */
export const LARGE_NAMES = Array.from({ length: 40 }, (_, number) => `/large-${number}.jpg`)

/** As many as Next takes. */
export const QUALITIES = Array.from({ length: 20 }, (_, number) => 5 * (number + 1))
export const WIDTHS = [1200, 1920, 2048]

/** A Next app whose config is wrapped in withPixmill, or not, when it starts. Built once: the endpoint is no part of a build. */
export async function createApp() {
  const work = mkdtempSync(join(tmpdir(), 'pixmill-hits-'))
  const { app } = await prepareInstall(work, { version: NEXT, layout: 'npm' }, await packPixmill(work))
  mkdirSync(join(app, 'app'), { recursive: true })
  mkdirSync(join(app, 'public'), { recursive: true })
  copyFileSync(join(FIXTURES, 'photo-large.jpg'), join(app, 'public', 'photo.jpg'))
  for (const name of LARGE_NAMES) copyFileSync(join(FIXTURES, 'photo-large.jpg'), join(app, 'public', name))
  const html = 'export default ({ children }) => <html lang="en"><body>{children}</body></html>\n'
  writeFileSync(join(app, 'app', 'layout.jsx'), html)
  writeFileSync(join(app, 'app', 'page.jsx'), 'export default () => <p>hits</p>\n')
  const config = `import { withPixmill } from 'pixmill/next'
const config = { images: { formats: ['image/webp'], qualities: ${JSON.stringify(QUALITIES)} } }
export default process.env.HITS === 'pixmill' ? withPixmill(config) : config\n`
  writeFileSync(join(app, 'next.config.mjs'), config)
  await run('node', ['node_modules/next/dist/bin/next', 'build'], { cwd: app })
  return { app, remove: () => rmSync(work, { recursive: true, force: true }) }
}

/** What is compared, in the order of the table. */
export const contenders = {
  'bare Node server': ({ port }) => [join(import.meta.dirname, 'bare.js'), String(port)],
  'pixmill serve': ({ app, port }) => [
    join(ROOT, 'dist', 'cli', 'main.js'),
    'serve',
    '--root',
    app,
    '--port',
    String(port),
  ],
  'next start with pixmill': ({ app, port }) => [
    join(app, 'node_modules/next/dist/bin/next'),
    'start',
    '-p',
    String(port),
  ],
  'next start': ({ app, port }) => [join(app, 'node_modules/next/dist/bin/next'), 'start', '-p', String(port)],
}

/** On the first core; the load comes from the second. */
export async function startContender(name, app) {
  const port = await findPort()
  const env = {
    ...process.env,
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    HITS: name.includes('pixmill') ? 'pixmill' : '',
  }
  const args = ['-c', '0', process.execPath, ...contenders[name]({ app, port })]
  const child = spawn('taskset', args, { cwd: app, env, stdio: ['ignore', 'ignore', 'inherit'] })
  const origin = `http://127.0.0.1:${port}`
  await untilAnswered(origin, child)
  const stop = async () => {
    child.kill('SIGTERM')
    if (child.exitCode === null) await once(child, 'exit')
  }
  return { origin, pid: child.pid, stop }
}

async function untilAnswered(origin, child) {
  for (let round = 0; round < 300; round++) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`)
    const answer = await fetch(imageUrl(origin), { headers: { accept: 'image/webp' } }).catch(() => undefined)
    if (answer?.status === 200 && answer.headers.get('content-type') === 'image/webp') return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('the server did not answer with a WebP in time')
}

export function imageUrl(origin, { name = '/photo.jpg', width = 1080, quality = 75 } = {}) {
  return `${origin}/_next/image?url=${encodeURIComponent(name)}&w=${width}&q=${quality}`
}
