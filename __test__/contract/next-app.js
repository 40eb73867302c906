/** Next itself as the other side: a scratch app built once for a base path, started with the `images` of a configuration. Never part of a test. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeProject } from './project.js'

const here = (name) => fileURLToPath(new URL(name, import.meta.url))

/** `null` cannot be written in next.config: it is put where the optimizer looks. */
const CONFIG = `
const { basePath, images, assetPrefix } = JSON.parse(process.env.CONTRACT_CONFIG)
const isNull = (key) => images[key] === null
const nulls = Object.fromEntries(Object.keys(images).filter(isNull).map((key) => [key, undefined]))
const written = Object.fromEntries(Object.entries(images).filter(([key]) => !isNull(key)))
if (Object.keys(nulls).length > 0) {
  const { ImageOptimizerCache } = require('next/dist/server/image-optimizer.js')
  const check = ImageOptimizerCache.validateParams
  ImageOptimizerCache.validateParams = (req, query, config, isDev) =>
    check(req, query, { ...config, images: { ...config.images, ...nulls } }, isDev)
}
module.exports = { basePath, assetPrefix, images: written, productionBrowserSourceMaps: false }
`
const PAGE = 'export default function Page() { return null }\n'
const ROUTE = `
export const config = { api: { bodyParser: false, responseLimit: false, externalResolver: true } }
export default async function handler(request, response) {
  const { answerUpstream } = await import(/* webpackIgnore: true */ /* turbopackIgnore: true */ process.env.CONTRACT_UPSTREAM)
  answerUpstream(request, response)
}
`

/** `modules` is a `node_modules` with next, react, react-dom and sharp. */
export async function createNextApp(dir, modules, basePath) {
  await mkdir(join(dir, 'pages/api/up'), { recursive: true })
  await symlink(modules, join(dir, 'node_modules'))
  await writeFile(join(dir, 'package.json'), '{"private":true}')
  await writeFile(join(dir, 'next.config.js'), CONFIG)
  await writeFile(join(dir, 'pages/index.js'), PAGE)
  await writeFile(join(dir, 'pages/api/up/[...path].js'), ROUTE)
  await run(dir, 'build', { basePath, images: {} }, ['--webpack'])
  const files = await writeProject(dir)
  return { dir, files }
}

export async function startNext({ dir }, { images = {}, basePath = '', assetPrefix, dev = false }) {
  await rm(join(dir, '.next/cache/images'), { recursive: true, force: true })
  await rm(join(dir, '.next/dev/cache/images'), { recursive: true, force: true })
  const port = await findPort()
  const args = ['-p', String(port), '-H', '127.0.0.1', ...(dev ? ['--webpack'] : [])]
  const child = spawnNext(dir, dev ? 'dev' : 'start', { images, basePath, assetPrefix }, args)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text
    })
  }
  const exited = once(child, 'exit')
  while (!/Ready in/.test(output)) {
    await Promise.race([once(child.stdout, 'data'), exited])
    if (child.exitCode !== null) throw new Error(`next ended: ${output}`)
  }
  return {
    url: `http://127.0.0.1:${port}`,
    output: () => output,
    async end() {
      // A development server has a process of its own, which would go on writing.
      process.kill(-child.pid, 'SIGKILL')
      await exited
    },
  }
}

async function run(dir, command, config, args) {
  const child = spawnNext(dir, command, config, args)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      output += data
    })
  }
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`next ${command}: ${output}`)
}

function spawnNext(dir, command, config, args) {
  const main = join(dir, 'node_modules/next/dist/bin/next')
  return spawn(process.execPath, ['--import', here('names.js'), main, command, ...args], {
    cwd: dir,
    detached: true,
    env: {
      ...process.env,
      NODE_OPTIONS: `--import ${here('names.js')}`,
      NEXT_TELEMETRY_DISABLED: '1',
      CONTRACT_CONFIG: JSON.stringify(config),
      CONTRACT_UPSTREAM: here('upstream.js'),
    },
  })
}

async function findPort() {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}
