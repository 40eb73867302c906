/** What `next build` left behind for the exporter, made into a description of the export. Renders nothing. */
import { join, resolve } from 'node:path'
import { hasPathPrefix, type ResolvedConfig, resolveConfig } from '../config/index.js'
import { type ExportBuild, toExportBuildFile } from '../next/export-build.js'
import { toConfigInput } from '../next/settings.js'
import { readJson } from './files.js'
import type { NextExport } from './next-demands.js'

export interface NextBuild {
  readonly site: NextExport
  readonly config: ResolvedConfig
}

/** Null where no static export was built in `root`. */
export async function readNextBuild(root: string): Promise<NextBuild | null> {
  const build = await readJson<ExportBuild>(toExportBuildFile(root))
  if (build === null) return null
  const config = resolveConfig(toConfigInput({ root, settings: build.settings, isDevelopment: false }))
  return { config, site: toSite(build, config) }
}

function toSite({ output, records, path }: ExportBuild, config: ResolvedConfig): NextExport {
  const { basePath, assetPrefix, root, images, options } = config
  return {
    output: resolve(root, output),
    path,
    folder: toFolder(path, basePath),
    basePath,
    assetPrefix,
    records: join(root, records),
    format: options.exportFormat,
    widths: [...new Set([...images.imageSizes, ...images.deviceSizes])].sort((a, b) => a - b),
    qualities: images.qualities,
    remote: images,
    include: options.include,
  }
}

/** The output lies at the base path; `images.path` may be a CDN's URL. */
function toFolder(path: string, basePath: string): string {
  const pathname = /^https?:\/\//i.test(path) ? new URL(path).pathname : path
  const below = hasPathPrefix(pathname, basePath) ? pathname.slice(basePath.length) : pathname
  return below.replace(/^\/+|\/+$/g, '')
}
