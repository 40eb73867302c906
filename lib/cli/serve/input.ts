/** From the flags and the built project to the configuration of the server. */
import { join, resolve } from 'node:path'
import type { ConfigInput, Environment } from '../../config/index.js'
import type { ServeFlags } from './flags.js'
import { readProject } from './project.js'

/** What was not given comes from the built project; with `--images`, nothing does. */
export async function resolveInput(given: ServeFlags): Promise<ConfigInput> {
  const root = given.root ?? resolve('.')
  const distDir = join(root, '.next')
  const project = given.images === undefined ? await readProject(distDir) : { images: given.images }
  return {
    ...project,
    ...defined({ basePath: given['base-path'], endpoint: given.endpoint, origin: given.origin, dev: given.dev }),
    root,
    distDir,
    options: {
      ...project.options,
      ...given.options,
      ...defined({ memory: given.memory, cacheDir: given['cache-dir'] }),
    },
  }
}

/** In a Next.js server these variables beat the options that the app was built with. Here a flag beats its variable, and was read already. */
export function withoutFlags(env: Environment): Environment {
  const { PIXMILL_MEMORY: _memory, PIXMILL_CACHE_DIR: _cacheDir, ...rest } = env
  return rest
}

/** An absent value is no key: it must not hide the project's. */
function defined<T extends object>(fields: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as ReturnType<
    typeof defined<T>
  >
}
