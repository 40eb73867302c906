/**
 * The first file that a standalone server loads: installs the hook from the config that Next wrote down at build time. Also for
 * `node -r <distDir>/pixmill/node_modules/pixmill/dist/next/boot.js server.js`.
 */
import { dirname, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installHook } from './hook.js'
import { readLoaderSettings, readRequiredFiles } from './settings.js'

// <distDir>/pixmill/node_modules/pixmill/dist/next/
const distDir = fileURLToPath(new URL('../../../../..', import.meta.url))
const settings = readRequiredFiles(distDir)

if (settings) {
  const loader = readLoaderSettings(distDir)
  if (loader !== undefined) process.env.PIXMILL_LOADER ??= loader
  installHook({ settings, root: toRoot(distDir, settings.distDir), isDevelopment: false })
} else {
  console.error(
    `pixmill: Expected the settings of withPixmill in ${resolve(distDir, 'required-server-files.json')} but received none`,
  )
}

/** The app's folder: as many levels up as `distDir` is deep. */
function toRoot(folder: string, name: string): string {
  const depth = relative('.', resolve(name)).split(sep).length
  return Array.from({ length: depth }).reduce<string>((path) => dirname(path), resolve(folder))
}
