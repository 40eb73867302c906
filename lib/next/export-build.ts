/**
 * `output: 'export'`: pictures are files, written when the `next build` process ends well. Lets the loader record what pages ask for, leaves
 * behind what the exporter has to know, and runs it: its failure is the build's. Renders nothing itself.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isMainThread } from 'node:worker_threads'
import { resolvePath } from './images.js'
import type { NextConfig } from './next-config.js'
import { isBuild, isDevelopment, isPartialBuild } from './process-role.js'
import { packageRoot } from './project.js'
import type { Installation, Settings } from './settings.js'

/** What a build leaves behind for `pixmill export`. Paths are relative to the project. */
export interface ExportBuild {
  readonly version: 1
  readonly settings: Settings
  /** The folder that Next wrote. */
  readonly output: string
  /** The loader's records. */
  readonly records: string
  /** The endpoint's path as pages have it: the beginning of every URL of ours. */
  readonly path: string
}

const FOLDER = join('.next', 'cache', 'pixmill', 'export')
const DEFAULT_DIST_DIR = '.next'

/** The file that holds the `ExportBuild` of the project in `root`. */
export function toExportBuildFile(root: string): string {
  return join(root, FOLDER, 'build.json')
}

/** Whether pages are rendered for a static export: in `next dev` such a project has a server, and its pictures are made on request. */
export function isExportBuild(config: NextConfig, phase: string | undefined): boolean {
  return config.output === 'export' && !isDevelopment(phase)
}

/** Where the build itself lies: `next build` takes a `distDir` for the name of the export's folder, and builds into `.next`. */
export function toBuildDir(config: NextConfig, phase: string | undefined): string {
  return isExportBuild(config, phase) ? DEFAULT_DIST_DIR : (config.distDir ?? DEFAULT_DIST_DIR)
}

/** A static export had to switch optimization off, or Next refused to build. It is what pixmill is here for. */
export function withOptimizedImages(config: NextConfig): NextConfig {
  if (config.output !== 'export' || !config.images?.unoptimized) return config
  const { unoptimized: _, ...images } = config.images
  return { ...config, images }
}

interface Pending {
  readonly config: NextConfig
  readonly installation: Installation
}

const PENDING = Symbol.for('pixmill.export')

interface Shared {
  [PENDING]?: Pending
}

/** Called at each loading of the config; the last one counts. */
export function exportAtExit(config: NextConfig, installation: Installation): void {
  // A build may run its workers as threads, which end one by one.
  if (!isMainThread || isPartialBuild()) return
  const shared = globalThis as Shared
  const isFirst = shared[PENDING] === undefined
  shared[PENDING] = { config, installation }
  if (!isFirst) return
  process.env.PIXMILL_RECORD = startRecords(installation.root)
  process.on('exit', (code) => finishBuild(code, shared[PENDING]))
}

/** The file that the loader appends to, in this process and in Next's workers, which inherit the variable. */
function startRecords(root: string): string {
  const file = join(root, FOLDER, 'records.jsonl')
  mkdirSync(dirname(file), { recursive: true })
  rmSync(toExportBuildFile(root), { force: true })
  writeFileSync(file, '')
  return file
}

function finishBuild(code: number, pending: Pending | undefined): void {
  if (code !== 0 || pending === undefined || !isBuild(undefined)) return
  const { root } = pending.installation
  writeBuild(toExportBuildFile(root), toExportBuild(pending))
  const { PIXMILL_RECORD: _, ...env } = process.env
  const command = [join(packageRoot, 'dist', 'cli', 'main.js'), 'export', '--root', root]
  const { status } = spawnSync(process.execPath, command, { stdio: 'inherit', env })
  if (status !== 0) process.exitCode = status ?? 1
}

function toExportBuild({ config, installation }: Pending): ExportBuild {
  const { distDir = DEFAULT_DIST_DIR } = config
  return {
    version: 1,
    settings: installation.settings,
    output: distDir === DEFAULT_DIST_DIR ? 'out' : distDir,
    records: join(FOLDER, 'records.jsonl'),
    path: resolvePath(config).replace(/\/+$/, ''),
  }
}

function writeBuild(file: string, build: ExportBuild): void {
  writeFileSync(`${file}.draft`, JSON.stringify(build))
  renameSync(`${file}.draft`, file)
}
