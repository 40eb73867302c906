/**
 * Next's `images` as plain data: the defaults of the installed version and ours, and the user's values over them. `null` stands for an explicit `undefined`, which JSON would lose. Never reads a file.
 */
import { hasPathPrefix } from '../config/index.js'
import type { NextConfig, NextImages } from './next-config.js'
import type { NextInstallation } from './project.js'

export type PlainImages = Record<string, unknown>

const DEFAULT_PATH = '/_next/image'
const NEWER = new Set(['dangerouslyAllowLocalIP', 'maximumRedirects', 'maximumResponseBody', 'maximumDiskCacheSize'])

/** AVIF costs what Next's WebP does, so it is on unless the user says otherwise. */
const OWN: NextImages = { formats: ['image/avif', 'image/webp'] }

/** Defaults and the user's values, with patterns that survive JSON. */
export function toPlainImages({ major, images: defaults }: NextInstallation, written: NextImages = {}): PlainImages {
  const images: PlainImages = {}
  for (const [key, value] of Object.entries({ ...defaults, ...OWN, ...written }))
    images[key] = value === undefined ? null : value
  if (Array.isArray(images.remotePatterns)) images.remotePatterns = images.remotePatterns.map(toRemotePattern)
  // Without local patterns Next 15 allows every local URL, Next 16 those without a query, which is also our default.
  if (images.localPatterns === null && major >= 16) delete images.localPatterns
  // A Next.js without the setting fetches from private addresses. Only hosts that the user named in full keep that.
  if (!('dangerouslyAllowLocalIP' in images)) images.dangerouslyAllowLocalIP = namesEveryHost(images)
  delete images.loader
  delete images.loaderFile
  return images
}

/** `images` without the settings that this Next.js is too old to know: it refuses them, while pixmill takes them from here. */
export function withoutNewer({ images: defaults }: NextInstallation, written: NextImages = {}): NextImages {
  return Object.fromEntries(Object.entries(written).filter(([key]) => !NEWER.has(key) || key in defaults))
}

/** The endpoint as Next's own loader writes it: a path with the base path, or a URL such as a CDN's. */
export function resolvePath(config: NextConfig): string {
  const basePath = config.basePath ?? ''
  const written = config.images?.path ?? DEFAULT_PATH
  const path = written === DEFAULT_PATH && !hasPathPrefix(written, basePath) ? basePath + written : written
  return config.trailingSlash && !path.endsWith('/') ? `${path}/` : path
}

/** The paths that the server answers, without trailing slash. A CDN in front asks for Next's default path. */
export function resolveServerPaths(config: NextConfig): string[] {
  const fallback = (config.basePath ?? '') + DEFAULT_PATH
  const written = config.images?.path ?? DEFAULT_PATH
  if (written === DEFAULT_PATH || !written.startsWith('/')) return [fallback]
  // webpack's development blur asks for Next's default path, whatever `images.path` says.
  return [written.replace(/\/+$/, '') || '/', fallback]
}

function namesEveryHost({ remotePatterns, domains }: PlainImages): boolean {
  const patterns = Array.isArray(remotePatterns) ? remotePatterns.map(({ hostname }) => hostname) : []
  const hosts = [...patterns, ...(Array.isArray(domains) ? domains : [])]
  return hosts.every((host) => typeof host === 'string' && /^[\w.:[\]-]+$/.test(host))
}

// A pattern may be a URL, whose fields are not its own properties.
function toRemotePattern(pattern: Record<string, unknown>): Record<string, unknown> {
  const { protocol, hostname, port, pathname, search } = pattern
  return Object.fromEntries(
    Object.entries({ protocol, hostname, port, pathname, search }).filter(([, value]) => value !== undefined),
  )
}
