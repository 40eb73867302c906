/** From what the user wrote to one complete, frozen configuration. */
import { isAbsolute, resolve } from 'node:path'
import { optionError } from '../errors.js'
import { resolveEndpoint } from './endpoint.js'
import { type ResolvedImages, resolveImages } from './images.js'
import { type Environment, type PixmillOptions, type ResolvedOptions, resolveOptions } from './options.js'

export interface ConfigInput {
  /** The project's directory, which has `public/`. */
  readonly root: string
  /** Default `<root>/.next`. */
  readonly distDir?: string
  /** `images` of next.config, as written or as resolved. An absent key is Next's default, `null` an explicit `undefined`. */
  readonly images?: object | undefined
  readonly basePath?: string | undefined
  readonly assetPrefix?: string | undefined
  /** Takes no part: the endpoint answers with and without a slash at its end. */
  readonly trailingSlash?: boolean | undefined
  readonly options?: PixmillOptions | undefined
  /** The rules of `next dev`. */
  readonly dev?: boolean | undefined
  /** Instead of `images.path`. */
  readonly endpoint?: string | undefined
  /** Local URLs are fetched from this application instead of `root`. */
  readonly origin?: string | undefined
}

export interface ResolvedConfig {
  readonly root: string
  readonly distDir: string
  readonly basePath: string
  readonly assetPrefix: string
  readonly isDev: boolean
  /** The endpoint's path with the base path, without trailing slash. */
  readonly endpointPath: string
  readonly origin: string | null
  readonly images: ResolvedImages
  readonly options: ResolvedOptions
}

export function resolveConfig(input: ConfigInput, env: Environment = process.env): ResolvedConfig {
  const root = resolveDirectory(input.root, 'root')
  const distDir = input.distDir === undefined ? resolve(root, '.next') : resolveDirectory(input.distDir, 'distDir')
  const basePath = resolveBasePath(input.basePath)
  const assetPrefix = (input.assetPrefix ?? '').replace(/\/+$/, '')
  const images = resolveImages(input.images, assetPrefix)
  return Object.freeze({
    root,
    distDir,
    basePath,
    assetPrefix,
    isDev: input.dev ?? false,
    endpointPath: resolveEndpoint(input.endpoint ?? images.path, basePath),
    origin: resolveOrigin(input.origin),
    images,
    options: resolveOptions(input.options, env, root, distDir),
  })
}

function resolveDirectory(path: unknown, name: string): string {
  if (typeof path !== 'string' || !isAbsolute(path)) throw optionError(name, 'an absolute path', path)
  return resolve(path)
}

function resolveBasePath(basePath: unknown): string {
  if (basePath === undefined || basePath === null || basePath === '') return ''
  if (typeof basePath !== 'string' || !/^\/.*[^/]$/.test(basePath)) {
    throw optionError('basePath', 'a path such as "/docs", without a slash at its end', basePath)
  }
  return basePath
}

function resolveOrigin(origin: unknown): string | null {
  if (origin === undefined || origin === null) return null
  if (typeof origin !== 'string' || !/^https?:\/\//i.test(origin) || !URL.canParse(origin)) {
    throw optionError('origin', 'an http or https URL', origin)
  }
  return new URL(origin).origin
}
