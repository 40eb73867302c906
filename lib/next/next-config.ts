/** The parts of Next's config that pixmill reads or writes. Not `import type ... from 'next'`: the package has no dependency on Next. */

export interface NextImages {
  loader?: string
  loaderFile?: string
  path?: string
  unoptimized?: boolean
  qualities?: number[] | undefined
  deviceSizes?: number[] | undefined
  imageSizes?: number[] | undefined
  dangerouslyAllowSVG?: boolean
  [key: string]: unknown
}

export interface Rewrite {
  source: string
  destination: string
  locale?: false
  [key: string]: unknown
}

export interface GroupedRewrites {
  beforeFiles?: Rewrite[]
  afterFiles?: Rewrite[]
  fallback?: Rewrite[]
}

export type Rewrites = Rewrite[] | GroupedRewrites

export interface NextConfig {
  images?: NextImages
  env?: Record<string, string | undefined>
  basePath?: string
  assetPrefix?: string
  trailingSlash?: boolean
  distDir?: string
  output?: 'standalone' | 'export'
  i18n?: unknown
  serverExternalPackages?: string[]
  outputFileTracingExcludes?: Record<string, string[]>
  rewrites?: () => Promise<Rewrites> | Rewrites
}
