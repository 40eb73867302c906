/**
 * Local URLs that are files: `public/` and the static imports. Finds them synchronously (a stat is a few microseconds, and its size and mtime
 * belong to the key of every hit). Never leaves its folders: no traversal, no symbolic link that leads out.
 */
import { type BigIntStats, realpathSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import { hasPathPrefix, type ResolvedConfig } from '../config/index.js'

export interface LocalFile {
  readonly path: string
  readonly size: number
  /** Size, mtime and inode: another file under the same name has another version. */
  readonly version: string
}

export interface LocalFiles {
  /** `href` as `validate` returns it. Null: no file of ours. */
  find(href: string): LocalFile | null
}

const ORIGIN = 'http://n'
const STATIC = '/_next/static/'
const MEDIA = [`${STATIC}media/`, `${STATIC}immutable/media/`]
/** Paths whose links were followed, with the version that was looked at. */
const MAX_REMEMBERED = 4096

export function createLocalFiles(config: ResolvedConfig): LocalFiles {
  const publicDirs = [join(config.root, 'public')]
  const staticDirs = [join(config.distDir, 'static')]
  // Next 16 builds `next dev` into a folder of its own.
  if (config.isDev) staticDirs.unshift(join(config.distDir, 'dev', 'static'))
  const inspect = createInspector()

  const findIn = (dirs: readonly string[], names: readonly string[]): LocalFile | null => {
    for (const dir of dirs) {
      for (const name of names) {
        const file = inspect(dir, name)
        if (file !== null) return file
      }
    }
    return null
  }

  return {
    find(href) {
      const path = toLocalPath(href, config)
      if (path === null) return null
      if (MEDIA.some((folder) => path.startsWith(folder))) return findIn(staticDirs, toNames(path.slice(STATIC.length)))
      return path.startsWith('/_next/') ? null : findIn(publicDirs, toNames(path.slice(1)))
    },
  }
}

/** The path without base path and asset prefix; null for another origin. */
function toLocalPath(href: string, { basePath, assetPrefix }: ResolvedConfig): string | null {
  if (!href.startsWith('/')) return toStaticPath(href, assetPrefix)
  const path = toPathname(href)
  if (path === null) return null
  if (assetPrefix.startsWith('/') && path.startsWith(assetPrefix + STATIC)) return path.slice(assetPrefix.length)
  return hasPathPrefix(path, basePath) ? path.slice(basePath.length) : path
}

/** A static import whose asset prefix is another origin. */
function toStaticPath(href: string, assetPrefix: string): string | null {
  if (assetPrefix === '' || !href.startsWith(assetPrefix + STATIC)) return null
  const path = toPathname(href.slice(assetPrefix.length))
  return path?.startsWith(STATIC) ? path : null
}

function toPathname(href: string): string | null {
  return URL.canParse(href, ORIGIN) ? new URL(href, ORIGIN).pathname : null
}

/** As Next: the name as it stands in the URL, then decoded. */
function toNames(encoded: string): string[] {
  let decoded: string
  try {
    decoded = decodeURIComponent(encoded)
  } catch {
    decoded = encoded
  }
  return [...new Set([encoded, decoded])].filter(isPlainPath)
}

/** Relative, and nothing in it that a file system reads as a command: NUL, backslash, `.`, `..`, empty segments. */
function isPlainPath(name: string): boolean {
  if (/[\0\\]/.test(name)) return false
  return name.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..')
}

function createInspector() {
  const inside = new Map<string, string>()

  return (dir: string, name: string): LocalFile | null => {
    const path = join(dir, name)
    const stats = statFile(path)
    if (stats === null) return null
    const version = toVersion(stats)
    if (inside.get(path) !== version) {
      if (!isInside(dir, path)) return null
      if (inside.size >= MAX_REMEMBERED) inside.clear()
      inside.set(path, version)
    }
    return { path, size: Number(stats.size), version }
  }
}

function statFile(path: string): BigIntStats | null {
  try {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false })
    return stats?.isFile() ? stats : null
  } catch {
    // ENAMETOOLONG, EACCES, ENOTDIR: no file that could be served.
    return null
  }
}

function toVersion({ size, mtimeNs, ino }: BigIntStats): string {
  return `${size}-${mtimeNs}-${ino}`
}

function isInside(dir: string, path: string): boolean {
  try {
    return realpathSync(path).startsWith(realpathSync(dir) + sep)
  } catch {
    return false
  }
}
