/** The entry `pixmill/next`: `withPixmill`, the only change a user makes. Builds a config; what it starts lives in `hook` and `standalone`. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type PixmillOptions, type ResolvedConfig, resolveConfig } from '../config/index.js'
import { exportAtExit, isExportBuild, toBuildDir, withOptimizedImages } from './export-build.js'
import { configError, unsupportedError } from './faults.js'
import { type ForeignConfig, readForeignConfig } from './foreign-config.js'
import { INSTALLATION_NAME } from './get-image-config.js'
import { installHook } from './hook.js'
import { resolvePath, resolveServerPaths, toPlainImages, withoutNewer } from './images.js'
import { resolveLoaderFile } from './loader-file.js'
import type { NextConfig } from './next-config.js'
import { assertBinary, assertNode } from './platform.js'
import { isBuild, isDevelopment, isNextWorker } from './process-role.js'
import { dependsOn, findProject, type NextInstallation, readNext } from './project.js'
import { withApiRewrites } from './rewrites.js'
import { type Installation, SETTINGS_NAME, shareInstallation, toConfigInput } from './settings.js'
import { assembleStandaloneAtExit } from './standalone.js'

export type { PixmillOptions } from '../config/index.js'

// biome-ignore lint/suspicious/noExplicitAny: the arguments and the result are Next's, whose types this package does not import
type ConfigFunction = (...args: any[]) => any

const SHARP = [
  'node_modules/sharp/**/*',
  'node_modules/@img/**/*',
  'node_modules/.pnpm/sharp@*/**/*',
  'node_modules/.pnpm/@img+*/**/*',
]

/**
 * Wraps `next.config`, in each form Next accepts: an object, a promise of one, or a function. It should be the outermost wrapper: changes
 * that another one makes to `images` afterwards are not seen.
 *
 * @example export default withPixmill({ images: { formats: ['image/webp'] } }) // no AVIF
 */
export function withPixmill<Config extends object>(nextConfig?: Config, options: PixmillOptions = {}): Config {
  assertNode()
  const project = findProject(new Error('where next.config calls from').stack)
  const wrap = (config: NextConfig, phase?: string): NextConfig => applyPixmill(config, options, { project, phase })
  return wrapAny(nextConfig ?? {}, wrap) as Config
}

type Wrap = (config: NextConfig, phase?: string) => NextConfig

function wrapAny(config: unknown, wrap: Wrap, phase?: string): unknown {
  if (typeof config === 'function') {
    return (...args: unknown[]) => wrapAny((config as ConfigFunction)(...args), wrap, String(args[0]))
  }
  if (config instanceof Promise) return config.then((settled) => wrapAny(settled, wrap, phase))
  return wrap(config as NextConfig, phase)
}

interface Place {
  project: string
  phase: string | undefined
}

function applyPixmill(written: NextConfig, given: PixmillOptions, { project, phase }: Place): NextConfig {
  const foreign = readForeign(written, project)
  const config = withOptimizedImages(foreign.config)
  const options = { ...foreign.options, ...given }
  assertFreeLoader(config)
  const next = readNext(project)
  const installation: Installation = {
    root: project,
    isDevelopment: isDevelopment(phase),
    settings: {
      images: toPlainImages(next, config.images),
      basePath: config.basePath ?? '',
      assetPrefix: config.assetPrefix ?? '',
      trailingSlash: config.trailingSlash ?? false,
      distDir: toBuildDir(config, phase),
      paths: resolveServerPaths(config),
      options: { ...options },
    },
  }
  const resolved = resolveConfig(toConfigInput(installation))
  const { url, endpoint, cacheHandler } = resolved.options
  if (cacheHandler) throw cacheHandlerError()
  if (config.images?.unoptimized) return config
  if (url === null) {
    assertBinary()
    start(config, installation, endpoint, phase)
  }
  return extendConfig(config, installation, { next, resolved })
}

/** What other exporters left in the config of a static export counts, as far as it has a counterpart; the rest is told. */
function readForeign(config: NextConfig, project: string): ForeignConfig {
  if (config.output !== 'export') return { config, options: {}, notes: [] }
  const foreign = readForeignConfig(config, project)
  for (const note of foreign.notes) tellOnce(note)
  return foreign
}

const TOLD = Symbol.for('pixmill.told')

// Next loads its config several times, in workers too.
function tellOnce(note: string): void {
  const shared = globalThis as { [TOLD]?: Set<string> }
  shared[TOLD] ??= new Set()
  if (isNextWorker() || shared[TOLD].has(note)) return
  shared[TOLD].add(note)
  console.warn(`pixmill: ${note}`)
}

// Another loader and ours cannot both be Next's one loader.
function assertFreeLoader({ images }: NextConfig): void {
  const wayOut =
    'pixmill brings its own loader: remove the setting, and give the pictures that need another one a loader prop'
  if (images?.loaderFile) throw configError('images.loaderFile', 'no value', images.loaderFile, wayOut)
  if (images?.loader && images.loader !== 'default')
    throw configError('images.loader', '"default"', images.loader, wayOut)
}

/** Side effects: the endpoint in a server, the assembly of standalone output at the end of a build, neither in a worker. */
function start(
  config: NextConfig,
  installation: Installation,
  endpoint: 'hook' | 'api',
  phase: string | undefined,
): void {
  if (isNextWorker()) return
  const building = isBuild(phase)
  if (isExportBuild(config, phase)) {
    if (building) exportAtExit(config, installation)
    return
  }
  // A config object is not told its phase; the assembly looks again when the process ends.
  assembleStandaloneAtExit(config, installation)
  if (endpoint === 'api') {
    if (building || installation.isDevelopment) assertApiRoute(installation.root)
    shareInstallation(installation)
  } else if (!building) {
    installHook(installation)
  }
}

function cacheHandlerError(): Error {
  const wayOut = "The shared cache under Next's own optimizer comes with a later version: leave the option out"
  return unsupportedError('cacheHandler', 'false in this version', 'true', wayOut)
}

function assertApiRoute(project: string): void {
  const folders = ['pages', 'src/pages'].map((folder) => join(project, folder, 'api'))
  if (
    folders.some((folder) => existsSync(folder) && readdirSync(folder).some((name) => name.split('.')[0] === 'pixmill'))
  )
    return
  throw unsupportedError(
    "endpoint: 'api'",
    'a file pages/api/pixmill.js',
    `no such file in ${project}`,
    "Write it, beside app or in src/pages, with one line: export { default } from 'pixmill/pages'",
  )
}

interface Extension {
  next: NextInstallation
  resolved: ResolvedConfig
}

function extendConfig(config: NextConfig, installation: Installation, { next, resolved }: Extension): NextConfig {
  const { root, settings, isDevelopment } = installation
  const { url, endpoint, exportFormat } = resolved.options
  const loader = {
    path: url ?? resolvePath(config),
    qualities: settings.images.qualities ?? null,
    optimizesSvg: config.images?.dangerouslyAllowSVG ?? false,
    marksAllLocal: next.major >= 16,
    files: url === null && config.output === 'export' && !isDevelopment ? exportFormat : null,
    deviceSizes: resolved.images.deviceSizes,
    imageSizes: resolved.images.imageSizes,
  }
  const loaderText = JSON.stringify(loader)
  // What no bundler inlines: packages that the Pages Router leaves outside, and the workers of a build.
  process.env.PIXMILL_LOADER = loaderText
  process.env[INSTALLATION_NAME] = JSON.stringify(installation)
  return {
    ...config,
    images: { ...withoutNewer(next, config.images), loader: 'custom', loaderFile: resolveLoaderFile(root, config) },
    env: {
      ...config.env,
      PIXMILL_LOADER: loaderText,
      ...(url ? {} : { [SETTINGS_NAME]: JSON.stringify(settings) }),
    },
    serverExternalPackages: [...new Set([...(config.serverExternalPackages ?? []), 'pixmill/server'])],
    ...(dependsOn(root, 'sharp') ? {} : { outputFileTracingExcludes: withoutSharp(config.outputFileTracingExcludes) }),
    ...(endpoint === 'api' && !url ? { rewrites: withApiRewrites(config, settings.paths) } : {}),
  }
}

function withoutSharp(excludes: Record<string, string[]> = {}): Record<string, string[]> {
  return { ...excludes, '*': [...(excludes['*'] ?? []), ...SHARP] }
}
