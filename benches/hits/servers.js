/** The servers that are compared: each on one core, each with the same picture. Starts and stops; measures nothing. */
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { createApp as createNextApp, servers, startServer } from '../next-app.js'

const LARGE = join(import.meta.dirname, '..', '..', '__test__', 'fixtures', 'photo-large.jpg')
/** Large pictures under as many names: what misses are made of. */
export const LARGE_NAMES = Array.from({ length: 40 }, (_, number) => `/large-${number}.jpg`)
export const WIDTHS = [1200, 1920, 2048]

export function createApp() {
  const fill = (folder) => {
    for (const name of LARGE_NAMES) copyFileSync(LARGE, join(folder, name))
  }
  return createNextApp({ name: 'hits', formats: ['image/webp'], fill })
}

/** What is compared, in the order of the table. */
export const contenders = {
  'bare Node server': ({ port }) => [join(import.meta.dirname, 'bare.js'), String(port)],
  ...servers,
}

/** On the first core; the load comes from the second. */
export function startContender(name, app) {
  return startServer(name, contenders[name], { app, wrapper: ['taskset', '-c', '0'] })
}
