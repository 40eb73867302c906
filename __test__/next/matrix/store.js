/** Installs: one folder per Next version and layout, used by all its cases in turn, so that the registry is asked once for each. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './process.js'

const REPOSITORY = join(import.meta.dirname, '..', '..', '..')
const REACT = '19.1.1'
const PNPM = 'pnpm@10.15.0'

/** The tarball that a user would install. The addon is built where there is none; it takes minutes. */
export async function packPixmill(folder) {
  const isBuilt = readdirSync(REPOSITORY).some((name) => name.endsWith('.node'))
  await run('npm', ['run', isBuilt ? 'build:ts' : 'build'], { cwd: REPOSITORY })
  const output = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    cwd: REPOSITORY,
  })
  const [{ filename }] = JSON.parse(output.slice(output.indexOf('[\n')))
  return join(folder, filename)
}

/** The app's folder in a fresh or reused install. */
export async function prepareInstall(work, { version, layout }, tarball) {
  const root = join(work, `${layout}-${version}`)
  const app = layout === 'workspaces' ? join(root, 'apps', 'web') : root
  const stamp = join(root, '.installed')
  restoreHidden(root)
  const contents = createHash('sha256').update(readFileSync(tarball)).digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === contents) return { root, app }
  mkdirSync(app, { recursive: true })
  // What another tarball left behind: its hash in the lockfile, and itself.
  for (const name of ['package-lock.json', 'pnpm-lock.yaml', 'node_modules']) {
    rmSync(join(root, name), { recursive: true, force: true })
  }
  writeManifests(root, app, { version, layout, tarball })
  const [command, ...args] =
    layout === 'pnpm' ? ['npx', '--yes', PNPM, 'install', '--no-frozen-lockfile'] : ['npm', 'install']
  await run(command, [...args, ...(layout === 'pnpm' ? [] : ['--no-audit', '--no-fund'])], { cwd: root })
  writeFileSync(stamp, contents)
  return { root, app }
}

/** A run that was broken off may have left an install under the name that hides it. */
function restoreHidden(root) {
  if (existsSync(hiddenName(root)) && !existsSync(root)) renameSync(hiddenName(root), root)
}

/** Where an install is put while a server must do without it. */
export function hiddenName(root) {
  return `${root}.hidden`
}

function writeManifests(root, app, { version, layout, tarball }) {
  const dependencies = { next: version, react: REACT, 'react-dom': REACT, pixmill: `file:${tarball}` }
  const devDependencies = { typescript: '5.9.3', '@types/node': '20.19.0', '@types/react': '19.1.0' }
  const manifest = { name: 'web', version: '0.0.0', private: true, dependencies, devDependencies }
  if (layout === 'workspaces')
    writeJson(join(root, 'package.json'), { name: 'root', private: true, workspaces: ['apps/*'] })
  writeJson(join(app, 'package.json'), manifest)
  // pnpm asks before it runs the scripts of a dependency; none is needed here.
  if (layout === 'pnpm')
    writeFileSync(join(root, 'pnpm-workspace.yaml'), 'packages: []\nignoredBuiltDependencies: [sharp]\n')
}

function writeJson(path, value) {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`)
}
