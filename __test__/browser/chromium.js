// Headless Chromium, and pages that remember everything that went wrong on them.
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']

function findChromium() {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH
  const candidates = process.env.PATH.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)))
  const found = candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
  if (!found)
    throw new Error(
      `Expected ${NAMES.join(' or ')} in PATH, or CHROMIUM_PATH, but received neither: run scripts/setup test`,
    )
  return found
}

export const launchChromium = () =>
  chromium.launch({
    executablePath: findChromium(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  })

/**
 * A page in a context of its own, with nothing cached. `accept` replaces the Accept header of image requests.
 * `faults` collects console errors, exceptions and failed requests; `variants` the answers of the image endpoint by URL.
 */
export async function openPage(browser, { accept, viewport = { width: 1440, height: 900 } }) {
  const context = await browser.newContext({ viewport })
  const page = await context.newPage()
  const faults = []
  const variants = new Map()
  page.on('pageerror', (error) => faults.push(`exception: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`)
  })
  page.on('requestfailed', (request) => {
    // A prefetch that is no longer wanted is given up by Next.js itself.
    const reason = request.failure()?.errorText
    if (reason !== 'net::ERR_ABORTED') faults.push(`${reason}: ${request.url()}`)
  })
  page.on('response', (response) => {
    if (response.status() >= 400) faults.push(`${response.status()}: ${response.url()}`)
    if (new URL(response.url()).pathname === '/_next/image') variants.set(response.url(), response)
  })
  if (accept) {
    await page.route('**/_next/image?*', (route) =>
      route.continue({ headers: { ...route.request().headers(), accept } }),
    )
  }
  return { page, faults, variants, close: () => context.close() }
}
