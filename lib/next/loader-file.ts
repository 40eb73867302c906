/**
 * The loader's file, as Next wants it: a path relative to the project. A bundler sees only what lies below its root, and Turbopack says
 * nothing but falls back to Next's own loader when the file is outside, so a package outside the project lends a copy.
 */
import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import type { NextConfig } from './next-config.js'
import { isInside, packageRoot } from './project.js'

/** The relative path of the loader; copies it into `node_modules/.cache` of the project where that is needed. */
export function resolveLoaderFile(project: string, config: NextConfig, folder = packageRoot): string {
  const loader = realpathSync(join(folder, 'dist', 'next', 'loader.js'))
  const root = realpathSync(project)
  // Turbopack leaves external packages unbundled, their loader with them.
  const isExternal = config.serverExternalPackages?.includes('pixmill') ?? false
  const path = isInside(root, loader) && !isExternal ? loader : lendCopy(root, loader)
  return `./${relative(root, path).split(sep).join('/')}`
}

function lendCopy(project: string, loader: string): string {
  const copy = join(project, 'node_modules', '.cache', 'pixmill', 'loader.mjs')
  const text = readFileSync(loader, 'utf8')
  if (existsSync(copy) && readFileSync(copy, 'utf8') === text) return copy
  try {
    mkdirSync(dirname(copy), { recursive: true })
    // Workers of one build may write at the same time; a rename is whole or not at all.
    const draft = `${copy}.${process.pid}`
    writeFileSync(draft, text)
    renameSync(draft, copy)
    return copy
  } catch (error) {
    // A read-only project is one that was built elsewhere: `next start` asks only that the file exists.
    if (['EROFS', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return loader
    throw error
  }
}
