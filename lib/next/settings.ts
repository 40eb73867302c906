/**
 * What the server needs to know of the user's config, as plain JSON: the same text in every mode. The config's own process finds it on
 * `globalThis`; a standalone server, which never loads `next.config`, in the `env` of the config that Next wrote down.
 */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { ConfigInput } from '../config/index.js'
import { unsupportedError } from './faults.js'
import type { PlainImages } from './images.js'

export interface Settings {
  images: PlainImages
  basePath: string
  assetPrefix: string
  trailingSlash: boolean
  /** Relative to the project, so that it survives a move. */
  distDir: string
  /** Paths that the server answers; the first is the endpoint. */
  paths: string[]
  /** `withPixmill`'s second argument. */
  options: Record<string, unknown>
}

/** Settings with what only the running process knows. */
export interface Installation {
  settings: Settings
  root: string
  isDevelopment: boolean
}

/** The name in `env` under which the server's settings travel. Never written out in code that a browser sees. */
export const SETTINGS_NAME = 'PIXMILL_SERVER'

const SHARED = Symbol.for('pixmill.withPixmill')

interface Shared {
  [SHARED]?: Installation
}

export function shareInstallation(installation: Installation): void {
  ;(globalThis as Shared)[SHARED] = installation
}

/** The installation of this process: shared by `withPixmill`, or as Next wrote it down for the project in `root`. */
export function findInstallation(root = process.cwd()): Installation {
  const shared = (globalThis as Shared)[SHARED]
  if (shared) return shared
  // The standalone `server.js` sets this before it loads anything of Next.
  const standalone = process.env.__NEXT_PRIVATE_STANDALONE_CONFIG
  const settings = standalone ? parseSettings(JSON.parse(standalone)) : readRequiredFiles(join(root, '.next'))
  if (settings) return { settings, root, isDevelopment: false }
  throw unsupportedError(
    'the settings of pixmill',
    'a Next.js process that loaded a config wrapped in withPixmill',
    `none in ${root}`,
    'Wrap next.config with withPixmill and build again',
  )
}

/** Settings from `<distDir>/required-server-files.json`, if `next build` wrote them there. */
export function readRequiredFiles(distDir: string): Settings | undefined {
  try {
    return parseSettings(readBuiltConfig(distDir))
  } catch {
    return undefined
  }
}

/** The loader's settings from the same file, for code that no bundler has seen. */
export function readLoaderSettings(distDir: string): string | undefined {
  try {
    return readBuiltConfig(distDir).env?.['PIXMILL_LOADER']
  } catch {
    return undefined
  }
}

function readBuiltConfig(distDir: string): { env?: Record<string, string> } {
  return JSON.parse(readFileSync(join(distDir, 'required-server-files.json'), 'utf8')).config
}

function parseSettings(config: { env?: Record<string, string> }): Settings | undefined {
  const text = config.env?.[SETTINGS_NAME]
  return text === undefined ? undefined : (JSON.parse(text) as Settings)
}

/** What the handlers take. */
export function toConfigInput({ settings, root, isDevelopment }: Installation): ConfigInput {
  const { images, basePath, assetPrefix, trailingSlash, distDir, paths, options } = settings
  return {
    root,
    distDir: resolve(root, distDir),
    images,
    basePath,
    assetPrefix,
    trailingSlash,
    options,
    dev: isDevelopment,
    endpoint: paths[0],
  } as ConfigInput
}
