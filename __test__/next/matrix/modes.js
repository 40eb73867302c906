/** How each mode is built and run. Each gives a running server. */
import { cpSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { describeApp } from './app.js'
import { findPort, run, startServer } from './process.js'
import { hiddenName } from './store.js'

/** Builds where the mode needs it and starts the server. */
export async function startApp({ root, app }, testCase, env) {
  const { mode } = testCase
  const options = { cwd: app, env, port: await findPort() }
  if (mode === 'dev')
    return startServer('node', [nextBin(app), 'dev', '-p', `${options.port}`, ...bundlerFlag(testCase)], options)
  if (mode === 'custom-dev') return startServer('node', ['custom-server.mjs'], options)
  const log = await run('node', [nextBin(app), 'build', ...bundlerFlag(testCase)], { cwd: app, env })
  if (mode === 'start')
    return withLog(await startServer('node', [nextBin(app), 'start', '-p', `${options.port}`], options), log)
  if (mode === 'custom')
    return startServer('node', ['custom-server.mjs'], { ...options, env: { ...env, NODE_ENV: 'production' } })
  return startStandalone({ root, app }, testCase, options)
}

function withLog(server, log) {
  return { ...server, log }
}

function nextBin(app) {
  for (let folder = app; ; folder = dirname(folder)) {
    const bin = join(folder, 'node_modules', 'next', 'dist', 'bin', 'next')
    if (existsSync(bin)) return bin
    if (folder === dirname(folder)) throw new Error(`no next above ${app}`)
  }
}

function bundlerFlag({ version, bundler }) {
  if (version.startsWith('16')) return bundler === 'webpack' ? ['--webpack'] : []
  return bundler === 'turbopack' ? ['--turbopack'] : []
}

/** As in a container: the output is copied, and what it was built from is out of sight. */
async function startStandalone({ root, app }, testCase, options) {
  const { distDir } = describeApp(testCase)
  const target = mkdtempSync(join(tmpdir(), 'pixmill-standalone-'))
  const built = join(target, relative(root, app))
  cpSync(join(app, distDir, 'standalone'), target, { recursive: true, verbatimSymlinks: true })
  cpSync(join(app, distDir, 'static'), join(built, distDir, 'static'), { recursive: true })
  cpSync(join(app, 'public'), join(built, 'public'), { recursive: true })
  const sizes = { bytes: folderSize(target), sharpBytes: sharpSize(root) }
  const hidden = hiddenName(root)
  renameSync(root, hidden)
  const restore = () => {
    renameSync(hidden, root)
    rmSync(target, { recursive: true, force: true })
  }
  try {
    const server = await startServer('node', ['server.js'], { ...options, cwd: built })
    return { ...server, sizes, stop: () => server.stop().finally(restore) }
  } catch (error) {
    restore()
    throw error
  }
}

/** What Next would have traced of sharp. */
function sharpSize(root) {
  const modules = [join(root, 'node_modules'), join(root, 'node_modules', '.pnpm')].filter(existsSync)
  const folders = modules.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => /^(sharp(@|$)|@img)/.test(name))
      .map((name) => join(folder, name)),
  )
  return folders.reduce((sum, folder) => sum + folderSize(folder), 0)
}

function folderSize(folder) {
  let bytes = 0
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) bytes += statSync(join(entry.parentPath, entry.name)).size
  }
  return bytes
}
