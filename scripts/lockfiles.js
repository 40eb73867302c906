// Fails when a lockfile names a registry's address (another mirror must serve it as well), or when the example's lockfile
// no longer fits the dependencies of the package it is an example of.
import { readFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { root } from './command.js'

const LOCKFILES = [
  'package-lock.json',
  'examples/app-router/package-lock.json',
  'Cargo.lock',
  'benches/decoder/Cargo.lock',
  'benches/score/Cargo.lock',
  'benches/speed/oximg/Cargo.lock',
  'fuzz/Cargo.lock',
]

/** Cargo writes the name of its default registry, which each machine may map to a mirror of its own. */
const CARGO_DEFAULT = 'registry+https://github.com/rust-lang/crates.io-index'

/** The keys and lines of a lockfile that hold the address of a registry. `funding` holds home pages, which are never fetched. */
export function addresses(text) {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^"?(resolved|source)"?\s*[:=]\s*"(?!file:)/.test(line) && !line.includes(CARGO_DEFAULT))
}

/** Does the lockfile know the package's dependencies as they are now? */
export function isInStep(packageJson, exampleLockfile) {
  const locked = exampleLockfile.packages['node_modules/pixmill']?.dependencies ?? {}
  const key = (dependencies) => JSON.stringify(Object.entries(dependencies ?? {}).sort())
  return key(locked) === key(packageJson.dependencies)
}

async function main() {
  const found = []
  for (const name of LOCKFILES) {
    for (const line of addresses(await readFile(root + name, 'utf8'))) {
      found.push(`Expected no registry address in ${name} but received ${line}`)
    }
  }
  const [packageJson, lockfile] = await Promise.all(
    ['package.json', 'examples/app-router/package-lock.json'].map(async (name) =>
      JSON.parse(await readFile(root + name, 'utf8')),
    ),
  )
  if (!isInStep(packageJson, lockfile)) {
    found.push(
      'Expected the dependencies of package.json in the lockfile of the example: run `npm install` in examples/app-router',
    )
  }
  for (const fault of found) console.error(fault)
  console.log(`Lockfiles: ${LOCKFILES.length} looked at, ${found.length} faults`)
  process.exitCode = found.length > 0 ? 1 : 0
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main()
