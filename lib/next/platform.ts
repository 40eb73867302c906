/** Refuses, before anything is built, a Node.js that is too old and a machine without a binary. Looks for the file; never loads it. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { unsupportedError } from './faults.js'
import { findPackage, packageRoot } from './project.js'

const NODE_RANGE = '^20.19 || >=22.12'

export function assertNode(version: string = process.versions.node): void {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const isEnough = major === 20 ? minor >= 19 : major === 22 ? minor >= 12 : major > 22
  if (isEnough) return
  throw unsupportedError(
    'the version of Node.js',
    NODE_RANGE,
    version,
    'Install a newer Node.js: https://nodejs.org/en/download',
  )
}

export function assertBinary(
  folder = packageRoot,
  platform: string = process.platform,
  arch: string = process.arch,
): void {
  if (process.env.NAPI_RS_NATIVE_LIBRARY_PATH || hasBinary(folder, `${platform}-${arch}`)) return
  throw unsupportedError(
    'this platform',
    'one that pixmill has a binary for',
    `${platform}-${arch}`,
    'Reinstall with optional dependencies (npm install --include=optional), or run pixmill on another machine and say ' +
      'withPixmill(nextConfig, { url }), or remove withPixmill to stay with the optimizer of Next.js',
  )
}

function hasBinary(folder: string, target: string): boolean {
  // The target may go on with a libc: `linux-x64-gnu`, `linux-x64-musl`.
  if (readdirSync(folder).some((name) => name.startsWith(`pixmill.${target}`) && name.endsWith('.node'))) return true
  const suffixes = ['', '-gnu', '-musl', '-msvc', '-gnueabihf']
  return suffixes.some(
    (suffix) => findPackage(`pixmill-${target}${suffix}`, join(folder, 'package.json')) !== undefined,
  )
}
