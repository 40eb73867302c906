/**
 * Copies this package with all it needs at run time into one folder that stands alone: found by real module resolution, links followed, so
 * that it works with npm, pnpm and workspaces alike. Needs no file tracing.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { unsupportedError } from './faults.js'
import { findPackage, packageRoot } from './project.js'

interface Manifest {
  name: string
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}

/** Copies the runtime to `target` and returns the path of its boot file. */
export function copyRuntime(target: string, source = packageRoot): string {
  rmSync(target, { recursive: true, force: true })
  const modules = join(target, 'node_modules')
  const own = join(modules, 'pixmill')
  copyOwnFiles(source, own)
  copyDependencies(source, modules, new Set(['pixmill']))
  return join(own, 'dist', 'next', 'boot.js')
}

/** Completes a copy of the package that file tracing has made: it finds the addon with some bundlers and not with others. */
export function completeRuntime(own: string, source = packageRoot): void {
  copyOwnFiles(source, own)
  copyDependencies(source, join(own, 'node_modules'), new Set(['pixmill']))
}

function copyOwnFiles(source: string, own: string): void {
  mkdirSync(own, { recursive: true })
  for (const name of readdirSync(source)) {
    if (isRuntime(name)) cpSync(join(source, name), join(own, name), { recursive: true, dereference: true })
  }
}

/** The addon finds the encoders of AVIF beside itself; their licences go along. */
function isRuntime(name: string): boolean {
  return (
    ['package.json', 'index.js', 'binding.js', 'dist'].includes(name) ||
    name.endsWith('.node') ||
    /^(?:libSvtAv1Enc|SVT-AV1|libaom)\./.test(name)
  )
}

/** All production dependencies side by side: ours are pinned, and two versions of one would be an error here. */
function copyDependencies(folder: string, modules: string, copied: Set<string>): void {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
  const required = Object.keys(manifest.dependencies ?? {})
  for (const name of [...required, ...Object.keys(manifest.optionalDependencies ?? {})]) {
    if (copied.has(name)) continue
    const found = findPackage(name, join(folder, 'package.json'))
    if (found) {
      copied.add(name)
      copyPackage(found, join(modules, name))
      copyDependencies(realpathSync(found), modules, copied)
    } else if (required.includes(name)) {
      throw unsupportedError(
        `the dependency ${name} of ${manifest.name}`,
        'an installed package',
        'none',
        'Install the dependencies again',
      )
    }
  }
}

function copyPackage(from: string, to: string): void {
  if (existsSync(to)) return
  const source = realpathSync(from)
  const nested = join(source, 'node_modules')
  cpSync(source, to, { recursive: true, dereference: true, filter: (path) => path !== nested })
}
