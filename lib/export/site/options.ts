/** What a static site may be asked for, with its defaults, resolved once. Never reads a file. */
import { resolve } from 'node:path'
import { optionError } from '../../errors.js'
import type { Format } from '../../native.js'

/** What a still picture on a page is written as. */
export type SiteFormat = Exclude<Format, 'gif'>

export interface SiteOptions {
  /** The folder that is deployed. */
  readonly output: string
  /** A prefix that the URLs have and the folder has not: `/docs`. */
  readonly basePath?: string | undefined
  /** Of pictures that have no fixed width on the page. */
  readonly widths?: readonly number[] | undefined
  /** Best first; what a browser does not know it skips. */
  readonly formats?: readonly SiteFormat[] | undefined
  /** 1 to 100. */
  readonly quality?: number | undefined
  /** The folder of the variants, below the output. */
  readonly assets?: string | undefined
  /** Also the format of the original, for browsers that know no other. Only of use where the pages are rewritten. */
  readonly hasFallback?: boolean | undefined
  /** Which remote pictures are fetched. Absent: none. */
  readonly remote?: ((url: URL) => boolean) | undefined
}

export interface ResolvedSiteOptions {
  readonly output: string
  /** `''` or `/docs`. */
  readonly basePath: string
  /** Ascending. */
  readonly widths: readonly number[]
  readonly formats: readonly SiteFormat[]
  readonly quality: number
  readonly assets: string
  readonly hasFallback: boolean
  readonly remote: (url: URL) => boolean
}

/** Next's device and image sizes from 256 pixels on. */
export const SITE_WIDTHS: readonly number[] = [256, 384, 640, 750, 828, 1080, 1200, 1920, 2048, 3840]

const WRITTEN: readonly SiteFormat[] = ['avif', 'webp', 'jpeg']

export function resolveSiteOptions(options: SiteOptions): ResolvedSiteOptions {
  const { output, basePath = '', widths = SITE_WIDTHS, formats = ['avif', 'webp'], quality = 75 } = options
  return Object.freeze({
    output: resolve(output),
    basePath: toBasePath(basePath),
    widths: checkWidths(widths),
    formats: checkFormats(formats),
    quality: checkInteger('quality', quality, 100),
    assets: checkAssets(options.assets ?? '_pixmill'),
    hasFallback: options.hasFallback ?? false,
    remote: options.remote ?? (() => false),
  })
}

/** `docs/` and `/docs` are the same. */
export function toBasePath(basePath: string): string {
  const path = basePath.replace(/^\/+|\/+$/g, '')
  return path === '' ? '' : `/${path}`
}

function checkWidths(widths: readonly number[]): readonly number[] {
  if (widths.length === 0) throw optionError('widths', 'at least one width', widths)
  for (const width of widths) checkInteger('widths', width, 16_384)
  return [...new Set(widths)].sort((one, other) => one - other)
}

function checkFormats(formats: readonly SiteFormat[]): readonly SiteFormat[] {
  for (const format of formats) {
    if (!WRITTEN.includes(format)) throw optionError('formats', `one of ${WRITTEN.join(', ')}`, format)
  }
  return [...new Set(formats)]
}

function checkInteger(name: string, value: number, max: number): number {
  if (!Number.isInteger(value) || value < 1 || value > max) {
    throw optionError(name, `an integer from 1 to ${max}`, value)
  }
  return value
}

/** It stands in URLs as it is, and every run removes from it what nobody asks for. */
function checkAssets(assets: string): string {
  if (!/^[\w-]+(\/[\w-]+)*$/.test(assets)) throw optionError('assets', 'a folder below the output: _pixmill', assets)
  return assets
}
