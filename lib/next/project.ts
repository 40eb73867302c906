/** Where things lie: the user's project, the installed Next.js, this package. */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { NextConfig, NextImages } from './next-config.js'

/** The folder of this package: its `package.json`, `dist/` and binary. */
export const packageRoot = fileURLToPath(new URL('../..', import.meta.url))

// `next.config.compiled.js` is the name under which Next runs a TypeScript config.
const CONFIG_URL = /file:\/\/[^\s()]*\/next\.config\.[\w.]+/
const CONFIG_PATH = /(?:[A-Za-z]:)?[\\/][^():]*[\\/]next\.config\.[\w.]+/

/**
 * The project's folder. Next does not tell it to its config, and the working directory is wrong in `next build apps/web`: the config's own
 * file is in the stack while it calls us, and the command line names the folder otherwise.
 */
export function findProject(stack: string | undefined, argv = process.argv, cwd = process.cwd()): string {
  const folder = stack === undefined ? undefined : findConfigFolder(stack)
  if (folder) return folder
  const named = /^(dev|build|start)$/.test(argv[2] ?? '') ? argv[3] : undefined
  if (named && !named.startsWith('-') && existsSync(join(cwd, named, 'package.json'))) return resolve(cwd, named)
  return cwd
}

function findConfigFolder(stack: string): string | undefined {
  for (const line of stack.split('\n')) {
    const url = CONFIG_URL.exec(line)
    if (url) return dirname(fileURLToPath(url[0]))
    const path = CONFIG_PATH.exec(line)
    if (path) return dirname(path[0])
  }
  return undefined
}

export interface NextInstallation {
  major: number
  images: NextImages
}

/** Version and image defaults of the project's Next.js; those of the newest known one where it cannot be found. */
export function readNext(project: string): NextInstallation {
  const require = createRequire(join(project, 'package.json'))
  try {
    const { version } = require('next/package.json') as { version: string }
    const { imageConfigDefault } = require('next/dist/shared/lib/image-config') as { imageConfigDefault: NextImages }
    return { major: Number.parseInt(version, 10), images: imageConfigDefault }
  } catch {
    return { major: Number.POSITIVE_INFINITY, images: {} }
  }
}

/** Whether the project itself lists `name` among its production dependencies. */
export function dependsOn(project: string, name: string): boolean {
  try {
    const manifest = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as Record<
      string,
      Record<string, string>
    >
    return Boolean(manifest.dependencies?.[name] ?? manifest.optionalDependencies?.[name])
  } catch {
    return false
  }
}

/** `distDir` as Next resolves it, absolute. */
export function resolveDistDir(project: string, config: NextConfig): string {
  return resolve(project, config.distDir ?? '.next')
}

/** The folder of an installed package, by real module resolution from `from`; also of one whose `exports` hide its `package.json`. */
export function findPackage(name: string, from: string): string | undefined {
  for (const folder of createRequire(from).resolve.paths(name) ?? []) {
    const candidate = join(folder, ...name.split('/'))
    if (existsSync(join(candidate, 'package.json'))) return candidate
  }
  return undefined
}

/** Whether `path` is `folder` or lies in it. */
export function isInside(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}
