/** What a built Next.js project says about itself in required-server-files.json. Never loads next.config. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PixmillOptions } from '../../config/index.js'
import { optionError } from '../../errors.js'
import { readRequiredFiles, type Settings } from '../../next/settings.js'

export interface Project {
  readonly images?: Record<string, unknown>
  readonly basePath?: string
  readonly assetPrefix?: string
  readonly trailingSlash?: boolean
  /** What next.config gave to withPixmill. */
  readonly options?: PixmillOptions
}

const FILE = 'required-server-files.json'

/** Keys of `images` for which `undefined` is no default: JSON drops them, and absent would mean the default here. */
const NULLABLE = ['localPatterns', 'qualities'] as const

/** Empty for a project that was not built. What withPixmill wrote down says more than the config of an older Next.js. */
export async function readProject(distDir: string): Promise<Project> {
  const text = await readIfThere(join(distDir, FILE))
  if (text === undefined) return {}
  const settings = readRequiredFiles(distDir)
  return settings === undefined ? parseProject(text) : fromSettings(settings)
}

function fromSettings({ images, basePath, assetPrefix, trailingSlash, options }: Settings): Project {
  return { images, basePath, assetPrefix, trailingSlash, options }
}

export function parseProject(text: string): Project {
  const config = readConfig(text)
  if (config === undefined) throw optionError(FILE, 'what next build writes', text)
  const { images, basePath, assetPrefix, trailingSlash } = config
  return {
    ...(isRecord(images) ? { images: withNulls(images) } : {}),
    ...(typeof basePath === 'string' ? { basePath } : {}),
    ...(typeof assetPrefix === 'string' ? { assetPrefix } : {}),
    ...(typeof trailingSlash === 'boolean' ? { trailingSlash } : {}),
  }
}

function withNulls(images: Record<string, unknown>): Record<string, unknown> {
  return { ...Object.fromEntries(NULLABLE.map((key) => [key, null])), ...images }
}

function readConfig(text: string): Record<string, unknown> | undefined {
  try {
    const file: unknown = JSON.parse(text)
    return isRecord(file) && isRecord(file.config) ? file.config : undefined
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
}
