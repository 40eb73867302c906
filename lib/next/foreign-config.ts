/**
 * A next.config that still speaks to next-image-export-optimizer or next-export-optimize-images, read as if it had been written for pixmill.
 * What has no counterpart becomes a note. Reads the lists of pictures that those packages keep in files of the project; never writes one,
 * and never throws for what another package's settings say.
 */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { NextConfig, NextImages } from './next-config.js'

/** Options of pixmill that the settings stand for. */
export interface ForeignOptions {
  readonly exportFormat?: 'webp' | 'avif' | 'jpeg'
}

export interface ForeignConfig {
  /** Without what Next or `withPixmill` refuses; with `images` that the settings imply, where the user wrote none. */
  readonly config: NextConfig
  /** For want of the user's own: those that were given to `withPixmill` win. */
  readonly options: ForeignOptions
  /** A line for each setting that has no counterpart. Empty, like `options`, where no other package was set up. */
  readonly notes: readonly string[]
}

/** A host in the form of `images.remotePatterns`. */
export interface RemoteHost {
  readonly protocol: string
  readonly hostname: string
  readonly port?: string
}

/** What the settings of either package come to. */
export interface ForeignSettings {
  /** Of all pictures; null: the default. */
  readonly quality: number | null
  /** Of the remote pictures that are listed. Whoever lists a URL allows its host: those packages ask for nothing more. */
  readonly hosts: readonly RemoteHost[]
  readonly options: ForeignOptions
  readonly notes: readonly string[]
}

export const OPTIMIZER = 'next-image-export-optimizer'
export const OPTIMIZE_IMAGES = 'next-export-optimize-images'

type Loose = Readonly<Record<string, unknown>>

export const PREFIX = 'nextImageExportOptimizer_'
/** The package reads these two names without the prefix as well. */
export const SHORT_NAMES = ['storePicturesInWEBP', 'generateAndUseBlurImages']
const DEFAULT_QUALITY = 75

/** Of a config that has nothing to do with those packages, the very same object. */
export function readForeignConfig(config: NextConfig, project: string): ForeignConfig {
  const optimizer = readOptimizerKeys(config)
  const file = findExportImagesFile(project)
  if (optimizer === null && file === null && !isBareCustomLoader(config.images))
    return { config, options: {}, notes: [] }
  const found = [
    ...(optimizer === null ? [] : [readOptimizerSettings(optimizer, project)]),
    ...(file === null ? [] : [readExportImagesFile(project, file)]),
  ]
  const quality = found.find((settings) => settings.quality !== null)?.quality ?? null
  const hosts = found.flatMap((settings) => settings.hosts)
  const notes = [
    ...found.flatMap((settings) => settings.notes),
    ...noteWrapper(config),
    ...noteQuality(config, quality),
  ]
  const options: ForeignOptions = Object.assign({}, ...found.map((settings) => settings.options))
  return { config: clean(config, { quality, hosts }), options, notes }
}

/** The name of next-export-optimize-images' own config, if the project has one. */
export function findExportImagesFile(project: string): string | null {
  return ['export-images.config.js', 'export-images.config.cjs'].find((name) => existsSync(join(project, name))) ?? null
}

/** next-image-export-optimizer's settings, without prefix, or null: `images.nextImageExportOptimizer` beats `env`, as it does there. */
export function readOptimizerKeys({ env, images }: NextConfig): Record<string, unknown> | null {
  const keys: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(env ?? {})) {
    if (value === undefined) continue
    if (name.startsWith(PREFIX)) keys[name.slice(PREFIX.length)] = value
  }
  // Alone these might be anybody's.
  const isOptimizers = Object.keys(keys).length > 0 || isRecord(images?.nextImageExportOptimizer)
  if (!isOptimizers) return null
  for (const name of SHORT_NAMES) if (env?.[name] !== undefined) keys[name] = env[name]
  return { ...keys, ...(images?.nextImageExportOptimizer as Loose | undefined) }
}

// A custom loader needs a file. Next refuses the setting without one, unless every picture brings a loader: both packages do that.
function isBareCustomLoader(images: NextImages | undefined): boolean {
  return images?.loader === 'custom' && !images.loaderFile
}

const OPTIMIZER_NOTES: Readonly<Record<string, string>> = {
  imageFolderPath: 'pictures may lie anywhere in public/, or be imported',
  exportFolderPath:
    'the output is where next build writes it (distDir, or out), so distDir is the setting for another folder',
  exportFolderName: 'pictures lie below images.path, which is /_next/image',
  remoteImageCacheTTL: 'remote pictures are kept between builds and revalidated by their ETag',
  generateAndUseBlurImages:
    'next/image blurs where it is told to: placeholder="blur" with an import, or with what getImage of pixmill/server returns',
}

const IS_DEFAULT: Readonly<Record<string, (value: unknown) => boolean>> = {
  imageFolderPath: (value) => value === 'public/images',
  exportFolderPath: (value) => value === 'out',
  remoteImageCacheTTL: (value) => Number(value) === 0,
  exportFolderName: (value) => value === 'nextImageExportOptimizer',
  generateAndUseBlurImages: (value) => String(value).toLowerCase() !== 'true',
}

/** `keys` as `readOptimizerKeys` returns them. */
export function readOptimizerSettings(keys: Loose, project: string): ForeignSettings {
  const notes: string[] = []
  for (const [name, value] of Object.entries(keys)) {
    const text = OPTIMIZER_NOTES[name]
    if (text !== undefined && !IS_DEFAULT[name]?.(value)) notes.push(toNote(OPTIMIZER, name, text))
  }
  if (keys.storePicturesInWEBP !== undefined && String(keys.storePicturesInWEBP).toLowerCase() !== 'true') {
    const text = "every picture gets the one format of the option exportFormat: 'webp', unless it says 'avif' or 'jpeg'"
    notes.push(toNote(OPTIMIZER, 'storePicturesInWEBP', text))
  }
  const quality = readQuality(OPTIMIZER, keys.quality, notes)
  const hosts = readRemoteFile(keys.remoteImagesFilename ?? 'remoteOptimizedImages.js', project, notes)
  return { quality, hosts, options: {}, notes }
}

function readRemoteFile(name: unknown, project: string, notes: string[]): RemoteHost[] {
  if (typeof name !== 'string' || !existsSync(join(project, name))) return []
  return readList(OPTIMIZER, name, loadFile(project, name), notes)
}

const EXPORT_IMAGES_NOTES: Readonly<Record<string, string>> = {
  outDir: 'the output is where next build writes it (distDir, or out), so distDir is the setting for another folder',
  imageDir: 'pictures lie below images.path, which is /_next/image',
  cacheDir: 'what was rendered is kept in .next/cache/pixmill; the option cacheDir moves it',
  ignorePaths: 'give those pictures the prop unoptimized',
  basePath: "Next's own basePath is enough",
  externalImageDir: 'originals of remote pictures are not part of the output',
  filenameGenerator: 'a file is named by its source, width and quality',
  sharpOptions: 'the encoders take the quality and nothing else',
  sourceImageParser: 'a file is named by its source, width and quality',
  remoteImagesDownloadsDelay: 'each remote picture is fetched once, and again when the server says that it is busy',
  processingConcurrency: 'all processors work within one memory budget; the options threads and memory set them',
  mode: 'under next start pictures are rendered when they are asked for, which needs no setting',
}

/** next-export-optimize-images' own config file. */
export function readExportImagesFile(project: string, file: string): ForeignSettings {
  const settings = loadFile(project, file)
  if (isRecord(settings)) return readExportImages(settings)
  return { quality: null, hosts: [], options: {}, notes: [`${file} could not be read: its settings are left out`] }
}

/** The settings in that file. */
export function readExportImages(settings: Loose): ForeignSettings {
  const notes: string[] = []
  for (const [name, value] of Object.entries(settings)) {
    const text = EXPORT_IMAGES_NOTES[name]
    const isIdle =
      value === undefined || (name === 'mode' && value === 'export') || (name === 'outDir' && value === 'out')
    if (text !== undefined && !isIdle) notes.push(toNote(OPTIMIZE_IMAGES, name, text))
  }
  if (settings.generateFormats !== undefined) {
    const text = 'Picture of pixmill/react offers AVIF and WebP; its prop formats chooses'
    notes.push(toNote(OPTIMIZE_IMAGES, 'generateFormats', text))
  }
  const quality = readQuality(OPTIMIZE_IMAGES, settings.quality, notes)
  const exportFormat = readFormat(settings.convertFormat, notes)
  const hosts = readRemoteImages(settings.remoteImages, notes)
  return { quality, hosts, options: exportFormat ? { exportFormat } : {}, notes }
}

/** One format for all: the one that every conversion ends in. */
function readFormat(conversions: unknown, notes: string[]): 'webp' | 'avif' | 'jpeg' | undefined {
  if (!Array.isArray(conversions) || conversions.length === 0) return undefined
  const targets = new Set(conversions.map((pair: unknown) => (Array.isArray(pair) ? toFormat(pair[1]) : undefined)))
  const [target] = targets
  if (targets.size === 1 && target !== undefined) return target
  const text = "every picture gets the one format of the option exportFormat: 'webp', unless it says 'avif' or 'jpeg'"
  notes.push(toNote(OPTIMIZE_IMAGES, 'convertFormat', text))
  return undefined
}

function toFormat(name: unknown): 'webp' | 'avif' | 'jpeg' | undefined {
  if (name === 'jpg') return 'jpeg'
  return name === 'webp' || name === 'avif' || name === 'jpeg' ? name : undefined
}

function readRemoteImages(written: unknown, notes: string[]): RemoteHost[] {
  if (written === undefined) return []
  const value = typeof written === 'function' ? attempt(() => written()) : written
  return readList(OPTIMIZE_IMAGES, 'remoteImages', value, notes)
}

// The option `include` is no counterpart: it takes the place of the search, local pictures included.
const FOUND = 'remote pictures are found in pages and scripts'
const NAMED = 'the option include names those whose address a script puts together'

/** A config is read in one go, so of a list that arrives later the hosts are unknown. */
function readList(owner: string, name: string, value: unknown, notes: string[]): RemoteHost[] {
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) {
    notes.push(toNote(owner, name, `${FOUND}; ${NAMED}`))
    return toHosts(value)
  }
  // Whether it arrives is no longer anybody's concern.
  if (isRecord(value) && typeof value.catch === 'function') value.catch(() => undefined)
  notes.push(toNote(owner, name, `${FOUND} where images.remotePatterns allows their hosts; ${NAMED}`))
  return []
}

function toHosts(urls: readonly string[]): RemoteHost[] {
  const hosts = urls
    .filter((url) => /^https?:\/\//i.test(url) && URL.canParse(url))
    .map((url) => new URL(url))
    .map(({ protocol, hostname, port }) => ({ protocol: protocol.slice(0, -1), hostname, ...(port ? { port } : {}) }))
  return [...new Map(hosts.map((host) => [JSON.stringify(host), host])).values()]
}

function readQuality(owner: string, written: unknown, notes: string[]): number | null {
  if (written === undefined) return null
  const quality = Number(written)
  if (Number.isInteger(quality) && quality >= 1 && quality <= 100) return quality
  notes.push(
    toNote(owner, 'quality', `${String(written)} is not an integer from 1 to 100, so it is ${DEFAULT_QUALITY}`),
  )
  return null
}

function toNote(owner: string, name: string, text: string): string {
  return `${owner}: ${name} has no counterpart: ${text}`
}

// What the wrapper did is inside a function by now; the name of its webpack loader is all that can be seen of it.
function noteWrapper({ webpack }: NextConfig & { webpack?: unknown }): string[] {
  if (typeof webpack !== 'function' || !String(webpack).includes('next-export-optimize-images-loader')) return []
  return [
    `${OPTIMIZE_IMAGES}: take withExportImages out of next.config: it lists pictures for a command that no longer runs`,
  ]
}

function noteQuality({ images }: NextConfig, quality: number | null): string[] {
  if (quality === null || !images?.qualities || images.qualities.includes(quality)) return []
  return [
    `images.qualities has no ${quality}, which was the quality of all pictures: the nearest one that it has is used`,
  ]
}

interface Implied {
  readonly quality: number | null
  readonly hosts: readonly RemoteHost[]
}

// `env` stays: pages that still show the old component read it, and neither Next nor we refuse it.
function clean(config: NextConfig, { quality, hosts }: Implied): NextConfig {
  const { nextImageExportOptimizer: _, ...images } = config.images ?? {}
  if (isBareCustomLoader(images)) delete images.loader
  if (quality !== null && quality !== DEFAULT_QUALITY && !images.qualities) images.qualities = [quality]
  const written = Array.isArray(images.remotePatterns) ? images.remotePatterns : []
  if (hosts.length > 0) images.remotePatterns = [...written, ...hosts]
  return { ...config, images }
}

/** The value that a file of the project exports, whichever module system it is written in; undefined where that fails. */
function loadFile(project: string, name: string): unknown {
  const require = createRequire(join(project, 'package.json'))
  const loaded = attempt<unknown>(() => require(join(project, name)))
  return isRecord(loaded) && 'default' in loaded ? loaded.default : loaded
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null
}
