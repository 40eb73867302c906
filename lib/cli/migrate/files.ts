/** The files of a project that may name another package, and what that package has left behind. Follows no links; never writes. */
import { type Dirent, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Source } from './finding.js'

const SKIPPED = new Set(['node_modules', '.git', '.next', '.turbo', '.vercel', '.yarn', '.pnpm-store', '.cache'])
const CODE = /\.(?:[cm]?[jt]s|[jt]sx)$/
const DOCUMENT = /\.mdx?$/
const CONFIGS = ['next.config.js', 'next.config.mjs', 'next.config.ts', 'next.config.cjs', 'next.config.mts']

export interface ProjectFiles {
  readonly code: readonly string[]
  /** MDX may import components, and nothing here parses it. */
  readonly documents: readonly string[]
}

/** Paths below `project` with `/`, sorted. `out` is skipped at the top, where the export lies. */
export function listFiles(project: string): ProjectFiles {
  const paths = [...walk(project, '', (name, path) => !SKIPPED.has(name) && path !== 'out')].sort()
  return { code: paths.filter((path) => CODE.test(path)), documents: paths.filter((path) => DOCUMENT.test(path)) }
}

function* walk(project: string, below: string, enters: (name: string, path: string) => boolean): Generator<string> {
  for (const entry of readFolder(join(project, below))) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`
    if (entry.isDirectory() && enters(entry.name, path)) yield* walk(project, path, enters)
    if (entry.isFile()) yield path
  }
}

function readFolder(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}

export interface ReadSource extends Source {
  /** Not so where it is not UTF-8: the rest could not be given back byte for byte. */
  readonly isExact: boolean
}

export function readSource(project: string, path: string): ReadSource {
  const bytes = readFileSync(join(project, path))
  const text = bytes.toString('utf8')
  return { path, text, isExact: Buffer.from(text, 'utf8').equals(bytes) }
}

export function findNextConfig(project: string): string | null {
  return CONFIGS.find((name) => existsSync(join(project, name))) ?? null
}

const HASHES = 'next-image-export-optimizer-hashes.json'

/** Pictures and lists that next-image-export-optimizer wrote into the project. Those in public/ would be deployed. */
export function findLeftovers(project: string, folder: string): string[] {
  const made = new Set([HASHES, folder])
  const inPublic = [...findNamed(project, 'public', made)]
  const cache = 'remoteImagesForOptimization'
  return [...inPublic, ...(existsSync(join(project, cache)) ? [cache] : [])]
}

function* findNamed(project: string, below: string, names: ReadonlySet<string>): Generator<string> {
  for (const entry of readFolder(join(project, below))) {
    const path = `${below}/${entry.name}`
    if (names.has(entry.name)) yield path
    else if (entry.isDirectory()) yield* findNamed(project, path, names)
  }
}
