/** The configuration that `getImage` goes by. Next renders pages in workers, which do not load a wrapped config, so it is looked for in turn. */
import { type ResolvedConfig, resolveConfig } from '../config/index.js'
import { findInstallation, type Installation, toConfigInput } from './settings.js'

/** The part of `images` that says who may be asked. */
export interface ImagePatterns {
  readonly remotePatterns?: readonly object[]
  readonly domains?: readonly string[]
  readonly dangerouslyAllowLocalIP?: boolean
  readonly maximumResponseBody?: number
}

/** Under this name `withPixmill` leaves its `Installation` to the workers of a build, as JSON. */
export const INSTALLATION_NAME = 'PIXMILL_INSTALLATION'

interface Given {
  readonly root: string | undefined
  readonly images: ImagePatterns | undefined
}

export function resolveImageConfig({ root, images }: Given, env: NodeJS.ProcessEnv = process.env): ResolvedConfig {
  const installation = root === undefined ? (inherited(env) ?? find(process.cwd())) : find(root)
  const input = installation === null ? { root: root ?? process.cwd() } : toConfigInput(installation)
  const own = root === undefined ? {} : { root }
  return resolveConfig({ ...input, ...own, ...(images === undefined ? {} : { images }) }, env)
}

function inherited(env: NodeJS.ProcessEnv): Installation | null {
  const text = env[INSTALLATION_NAME]
  return text ? (JSON.parse(text) as Installation) : null
}

/** A project that is not built yet, or has no Next.js at all, still has files. */
function find(root: string): Installation | null {
  try {
    return findInstallation(root)
  } catch {
    return null
  }
}
