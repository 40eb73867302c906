/**
 * Next apps with the packed pixmill, each built once and then started from as many folders as a test likes. The install is the matrix's. Builds one
 * at a time: two test files at once would share a folder, so their stage runs them one after the other.
 */
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { get } from '../http/app.js'
import { findPort, run, startServer } from '../next/matrix/process.js'
import { packPixmill, prepareInstall } from '../next/matrix/store.js'

const VERSION = '16.4.6'
const NEXT = join('node_modules', 'next', 'dist', 'bin', 'next')

export const LAYOUT = `export default function Layout({ children }) {
  return <html lang="en"><body>{children}</body></html>
}
`

let installed

/** Installed once a process; `PIXMILL_NEXT_WORK` is a folder in which installs and builds are kept for the next one. */
function install() {
  installed ??= prepare()
  return installed
}

async function prepare() {
  const work = process.env.PIXMILL_NEXT_WORK ?? temporary()
  mkdirSync(work, { recursive: true })
  const tarball = await packPixmill(work)
  const { app } = await prepareInstall(work, { version: VERSION, layout: 'npm' }, tarball)
  return { work, app, contents: readFileSync(tarball) }
}

function temporary() {
  const folder = mkdtempSync(join(tmpdir(), 'pixmill-next-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Builds an app of `files` (contents by path), unless that was done before. `env` is what its build sees. */
export async function buildApp(files, { env = {} } = {}) {
  const { work, app, contents } = await install()
  const hash = createHash('sha256')
    .update(JSON.stringify([files, env]))
    .update(contents)
    .digest('hex')
  const built = { files, app, folder: join(work, 'built', hash.slice(0, 16)) }
  if (existsSync(built.folder)) return built
  for (const name of [
    '.next',
    'app',
    'pages',
    'pictures',
    'public',
    'next.config.mjs',
    'next.config.js',
    'next.config.ts',
  ])
    rmSync(join(app, name), { recursive: true, force: true })
  writeFiles(app, files)
  await run('node', [NEXT, 'build'], { cwd: app, env })
  rmSync(join(app, '.next', 'cache'), { recursive: true, force: true })
  cpSync(join(app, '.next'), built.folder, { recursive: true })
  return built
}

export function writeFiles(root, files) {
  for (const [name, data] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), data)
  }
}

/** Lays the build, its config and its public files into `root`, beside what is there. */
export function layOut(root, { files, app, folder }) {
  if (existsSync(join(root, 'next.config.mjs'))) return
  cpSync(folder, join(root, '.next'), { recursive: true })
  symlinkSync(join(app, 'node_modules'), join(root, 'node_modules'))
  const kept = Object.entries(files).filter(([name]) => /^(public\/|next\.config\.mjs$)/.test(name))
  writeFiles(root, { 'package.json': '{ "private": true }\n', ...Object.fromEntries(kept) })
}

/** `next start` in `root`, once it has loaded its config: until then Next itself answers, so `page` is asked first. */
export async function startNext(root, { env = {}, page = '/', port } = {}) {
  const chosen = port ?? (await findPort())
  const server = await startServer('node', [NEXT, 'start', '-p', `${chosen}`], { cwd: root, env, port: chosen })
  const { status } = await get(server.origin + page)
  if (status === 200) return server
  await server.stop()
  throw new Error(`Expected 200 for ${page} but received ${status}:\n${server.output()}`)
}
