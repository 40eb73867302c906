/**
 * Local URLs that are files: `public/` and the static imports. Finds them synchronously (a stat is a few microseconds, and its size and mtime
 * belong to the key of every hit). Never leaves its folders: no traversal, no symbolic link that leads out.
 */
import { realpathSync, type Stats, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import { hasPathPrefix, type ResolvedConfig } from '../config/index.js'

export interface LocalFile {
  readonly path: string
  readonly size: number
  readonly mtimeMs: number
  readonly ino: number
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

  const findAnew = (href: string): LocalFile | null => {
    const path = toLocalPath(href, config)
    if (path === null) return null
    if (MEDIA.some((folder) => path.startsWith(folder))) return findIn(staticDirs, toNames(path.slice(STATIC.length)))
    return path.startsWith('/_next/') ? null : findIn(publicDirs, toNames(path.slice(1)))
  }

  // In development another folder may have the file in a moment.
  return { find: config.isDev ? findAnew : remember(findAnew) }
}

/** A stat is good for so long: no client can see an answer, change the file and ask again in less. At thousands of hits a second it saves most of them. */
const STAT_LASTS_MS = 0.2

/** Where a file was found last, it is looked for first; while its stat is the same, so is all that follows from it. */
function remember(findAnew: LocalFiles['find'], now = () => performance.now()): LocalFiles['find'] {
  const known = new Map<string, { readonly file: LocalFile; seenAt: number }>()
  return (href) => {
    const last = known.get(href)
    const time = now()
    if (last !== undefined && time - last.seenAt < STAT_LASTS_MS) return last.file
    if (last !== undefined && isSame(last.file, statFile(last.file.path))) {
      last.seenAt = time
      return last.file
    }
    const file = findAnew(href)
    if (known.size >= MAX_REMEMBERED) known.clear()
    if (file === null) known.delete(href)
    else known.set(href, { file, seenAt: time })
    return file
  }
}

function isSame(file: LocalFile, stats: Stats | null): boolean {
  return stats !== null && file.mtimeMs === stats.mtimeMs && file.size === stats.size && file.ino === stats.ino
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

/** Relative, nothing in it that a file system reads as a command (NUL, backslash, `.`, `..`, empty segments), and nothing hidden, as in Next. */
function isPlainPath(name: string): boolean {
  if (/[\0\\]/.test(name)) return false
  return name.split('/').every((segment, i) => /^[^.]/.test(segment) || (i === 0 && segment === '.well-known'))
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
    const { size, mtimeMs, ino } = stats
    return { path, size, mtimeMs, ino, version }
  }
}

function statFile(path: string): Stats | null {
  try {
    const stats = statSync(path, { throwIfNoEntry: false })
    return stats?.isFile() ? stats : null
  } catch {
    // ENAMETOOLONG, EACCES, ENOTDIR: no file that could be served.
    return null
  }
}

/** As doubles, milliseconds tell a quarter of a microsecond, which is finer than the clocks of file systems. */
function toVersion({ size, mtimeMs, ino }: Stats): string {
  return `${size}-${mtimeMs}-${ino}`
}

function isInside(dir: string, path: string): boolean {
  try {
    return realpathSync(path).startsWith(realpathSync(dir) + sep)
  } catch {
    return false
  }
}
