/** One export of the sixty photographs, checked in a browser: what the tests of each Next version share. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { launchChromium } from '../browser/chromium.js'
import { createSite, FEW_COUNT } from './app.js'
import { checkExport, FOLDER } from './browser-check.js'
import { buildNext, createApp } from './install.js'
import { preparePhotographs } from './photographs.js'
import { serveRemote, serveStatic } from './static-server.js'

/** Next's own, of 15 and 16; a missing 16 in one of them only narrows what is allowed. */
const WIDTHS = [16, 32, 48, 64, 96, 128, 256, 384, 640, 750, 828, 1080, 1200, 1920, 2048, 3840]

/** The smallest ones, enough for a page of each kind. */
export async function chooseFew() {
  const area = ({ width, height }) => width * height
  return (await preparePhotographs()).toSorted((a, b) => area(a) - area(b)).slice(0, FEW_COUNT)
}

/** Builds with `version`, by the bundler that `flags` name; the remote host is there only while the build runs. */
export async function buildExport(version, photographs, { config = {}, options, flags } = {}) {
  const remote = await serveRemote(photographs)
  try {
    const site = createSite(photographs, { config: { output: 'export', ...config }, options, remote: remote.origin })
    const app = await createApp(version, site.files)
    const { code, output } = await buildNext(app, flags)
    assert.equal(code, 0, output)
    return { app, site, photographs, requests: remote.requests, output }
  } finally {
    await remote.close()
  }
}

/** Rejects with every fault that a browser finds in the output of a build. */
export async function assertComplete({ app, site, photographs }, { basePath = '', port, folder = 'out' } = {}) {
  const output = join(app, folder)
  const server = await serveStatic(output, { basePath, port })
  const browser = await launchChromium()
  try {
    const result = await checkExport({ browser, server, basePath, site, output, photographs, widths: WIDTHS })
    assert.deepEqual(result.faults, [])
    return result
  } finally {
    await browser.close()
    await server.close()
  }
}

export const readManifest = (app, folder = 'out') =>
  JSON.parse(readFileSync(join(app, folder, FOLDER, 'manifest.json'), 'utf8'))
