/**
 * Next apps in an install that is made once a version, and the commands that run in them. An app is written beside `node_modules`, as a user's is; copies
 * of a built one share it by a link. Two test files at once would share a folder, so their stage runs them one after the other.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { packPixmill, prepareInstall } from '../next/matrix/store.js'
import { workFolder } from './photographs.js'

const KEPT = new Set(['.installed', 'node_modules', 'package.json', 'package-lock.json'])
const NEXT = join('node_modules', 'next', 'dist', 'bin', 'next')
const PIXMILL = join('node_modules', 'pixmill', 'dist', 'cli', 'main.js')

/** `PIXMILL_TARBALL` names one that was packed before: nothing is compiled then. */
let tarball = process.env.PIXMILL_TARBALL

/** The folder of the app of `version`, with nothing but `files` (contents by path) and what `npm install` left there. */
export async function createApp(version, files) {
  tarball ??= packPixmill(workFolder())
  const { app } = await prepareInstall(workFolder(), { version, layout: 'export' }, await tarball)
  for (const name of readdirSync(app)) if (!KEPT.has(name)) rmSync(join(app, name), { recursive: true })
  rmSync(join(app, 'node_modules', '.cache'), { recursive: true, force: true })
  writeFiles(app, files)
  return app
}

export function writeFiles(folder, files) {
  for (const [name, data] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), data)
  }
}

/** A built app in a folder of its own: for `pixmill export`, not for another build. */
export function copyApp(app, name) {
  const copy = join(workFolder(), `export-copy-${name}`)
  rmSync(copy, { recursive: true, force: true })
  cpSync(app, copy, { recursive: true, filter: (path) => path !== join(app, 'node_modules') })
  symlinkSync(join(app, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

/** What a build leaves behind for `pixmill export`; all else below the cache folder is the exporter's own. */
const LEFT_BY_BUILD = new Set(['build.json', 'records.jsonl'])

/** As if pictures had never been made: the files are gone, and what was kept of them. */
export function forgetPictures(app) {
  rmSync(join(app, 'out', '_next', 'image'), { recursive: true, force: true })
  const cache = join(app, '.next', 'cache', 'pixmill', 'export')
  for (const name of readdirSync(cache)) if (!LEFT_BY_BUILD.has(name)) rmSync(join(cache, name), { recursive: true })
}

export const buildNext = (app, flags = []) => execute(['build', ...flags], { app, script: NEXT })
export const runExport = (app, flags = []) => execute(['export', ...flags], { app, script: PIXMILL })

/** `pixmill export` under way: to be killed. */
export const startExport = (app) => start(['export', '--root', app], { app, script: PIXMILL })

/** The arguments with which `next dev` is started. */
export const devCommand = (port) => [NEXT, 'dev', '-p', `${port}`]

/** Runs to its end, well or not: `{ code, stdout, stderr, output }`. */
async function execute(args, options) {
  const child = start(args, options)
  const collected = { stdout: '', stderr: '', output: '' }
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', (text) => {
      collected[name] += text
      collected.output += text
    })
  }
  const [code] = await once(child, 'close')
  return { code, ...collected }
}

function start(args, { app, script }) {
  return spawn(process.execPath, [script, ...args], {
    cwd: app,
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

// What this process inherited from a test runner or from npm must not reach Next.
function environment() {
  const { NODE_ENV, NODE_OPTIONS, NODE_TEST_CONTEXT, ...inherited } = process.env
  return { ...inherited, NEXT_TELEMETRY_DISABLED: '1', CI: '1' }
}
