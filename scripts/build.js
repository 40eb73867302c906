// The steps from a clean clone to a built example. Each one does nothing, or little, when its result is there already.
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { root, run } from './command.js'

export const example = 'examples/app-router'

/** Installs the packages of a lockfile exactly, unless that was done for this very lockfile and `extra`. */
async function install(cwd, extra = '') {
  const stamp = `${root}${cwd}/node_modules/.pixmill-stamp`
  const wanted = `${await readFile(`${root}${cwd}/package-lock.json`, 'utf8')}\n${extra}`
  if ((await readFile(stamp, 'utf8').catch(() => '')) === wanted) return
  await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd })
  await writeFile(stamp, wanted)
}

export const setUp = (purpose) => run('bash', ['scripts/setup', purpose])

export const installPackages = () => install('.')

export const buildNative = () => run('npm', ['run', '--silent', 'build:native'])

export const buildTypes = () => run('npm', ['run', '--silent', 'build:ts'])

/** What the example copies of this package: names, sizes and times, so that a new build is copied anew. */
async function builtFiles() {
  const names = (await readdir(root)).filter((name) =>
    /^(index|binding|libSvtAv1Enc|libaom)\.|\.node$|^package\.json$/.test(name),
  )
  const dist = (await readdir(`${root}dist`, { recursive: true })).map((name) => `dist/${name}`)
  const files = await Promise.all([...names, ...dist].map(async (name) => [name, await stat(root + name)]))
  return files.map(([name, { size, mtimeMs }]) => `${name} ${size} ${mtimeMs}`).join('\n')
}

/** Installs and builds the example against the package as it stands here, copied as npm would install it. */
export async function buildExample() {
  await install(example, await builtFiles())
  await run('npm', ['run', '--silent', 'build'], { cwd: example, env: { NEXT_TELEMETRY_DISABLED: '1' } })
}
