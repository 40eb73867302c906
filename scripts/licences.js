// Fails when anything that ships, a crate or a production package, has a licence outside the list below, or none.
// Reads `cargo metadata` and package-lock.json. Never looks at development dependencies: they do not ship.
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { root } from './command.js'

/** Permissive licences, and MPL-2.0, whose conditions end at its own files. */
export const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'Apache-2.0 WITH LLVM-exception',
  'BSD-1-Clause',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BSL-1.0',
  'CC0-1.0',
  'IJG',
  'ISC',
  'MIT',
  'MIT-0',
  'MPL-2.0',
  'Unicode-3.0',
  'Unlicense',
  'Zlib',
])

/** Does an SPDX expression leave a choice that is allowed? An older `MIT/Apache-2.0` means OR. */
export function isAllowed(expression) {
  if (typeof expression !== 'string') return false
  const tokens = expression.replaceAll('/', ' OR ').match(/[()]|[^\s()]+(?: WITH [^\s()]+)?/g) ?? []
  try {
    return either(tokens) && tokens.length === 0
  } catch {
    // Not an expression at all: nobody knows what it allows.
    return false
  }
}

// A parser of three rules; each function takes its tokens from the front of the list.
function either(tokens) {
  let value = both(tokens)
  while (take(tokens, 'OR')) value = both(tokens) || value
  return value
}

function both(tokens) {
  let value = single(tokens)
  while (take(tokens, 'AND')) value = single(tokens) && value
  return value
}

/** Takes the word from the front, if it is there. */
const take = (tokens, word) => tokens[0] === word && tokens.shift() === word

function single(tokens) {
  const token = tokens.shift()
  if (token === undefined || token === ')') throw new SyntaxError('a licence is missing')
  if (token !== '(') return ALLOWED.has(token)
  const value = either(tokens)
  if (tokens.shift() !== ')') throw new SyntaxError('a parenthesis is missing')
  return value
}

/** The crates that a build takes in: everything reachable from the root without a development dependency. */
export function crates(metadata) {
  const nodes = new Map(metadata.resolve.nodes.map((node) => [node.id, node]))
  const reached = new Set()
  const visit = (id) => {
    if (reached.has(id)) return
    reached.add(id)
    for (const { pkg, dep_kinds } of nodes.get(id).deps) if (dep_kinds.some(({ kind }) => kind !== 'dev')) visit(pkg)
  }
  visit(metadata.resolve.root)
  return metadata.packages
    .filter(({ id }) => reached.has(id))
    .map(({ name, version, license }) => ({ name: `${name} ${version}`, licence: license }))
}

/** The npm packages that a user installs with this one. */
export function npmPackages(lockfile) {
  return Object.entries(lockfile.packages)
    .filter(([path, { dev, devOptional }]) => path !== '' && !dev && !devOptional)
    .map(([path, { version, license }]) => ({
      name: `${path.replace(/^.*node_modules\//, '')} ${version}`,
      licence: license,
    }))
}

/** One sentence for each package whose licence is not allowed. */
export function faults(packages) {
  return packages
    .filter(({ licence }) => !isAllowed(licence))
    .map(({ name, licence }) => `Expected an allowed licence for ${name} but received ${licence ?? 'none'}`)
}

async function main() {
  const { napi } = JSON.parse(await readFile(`${root}package.json`, 'utf8'))
  // Without a platform, cargo also lists what only a fuzzing build of some crate would take in.
  const platforms = napi.targets.flatMap((target) => ['--filter-platform', target])
  const { stdout } = await promisify(execFile)(
    'cargo',
    ['metadata', '--format-version', '1', '--locked', ...platforms],
    {
      cwd: root,
      maxBuffer: 2 ** 28,
    },
  )
  const lockfile = JSON.parse(await readFile(`${root}package-lock.json`, 'utf8'))
  const packages = [...crates(JSON.parse(stdout)), ...npmPackages(lockfile)]
  const found = faults(packages)
  for (const fault of found) console.error(fault)
  console.log(`Licences: ${packages.length} packages looked at, ${found.length} refused`)
  process.exitCode = found.length > 0 ? 1 : 0
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main()
