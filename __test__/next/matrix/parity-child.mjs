/**
 * Runs in an app's folder: for each config and picture of the table, the URL of Next's own loader under Next's own resolved config, and the
 * URL of pixmill's loader under `withPixmill`. Prints the pairs that differ as JSON.
 */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const require = createRequire(join(process.cwd(), 'package.json'))
const loadConfig = require('next/dist/server/config').default
const nextLoader = require('next/dist/shared/lib/image-loader').default
// Through the file system: a loaded ESM module cannot be loaded again with another environment.
const loaderUrl = pathToFileURL(require.resolve('pixmill/loader')).href
const { withPixmill } = require('pixmill/next')

const CONFIGS = [
  {},
  { basePath: '/docs' },
  { trailingSlash: true },
  { basePath: '/docs', trailingSlash: true },
  { images: { path: '/pictures' } },
  { images: { path: '/pictures/' }, basePath: '/docs' },
  { images: { path: 'https://cdn.example.com/_next/image' }, basePath: '/docs', trailingSlash: true },
  { images: { qualities: [50, 75, 90] } },
  { images: { qualities: [40, 60] } },
  { assetPrefix: 'https://cdn.example.com' },
]
const SOURCES = [
  '/a.png',
  '/a b?.png',
  '/ü/%20.png',
  '/docs/_next/static/media/a.123.png',
  '/_next/static/media/a.123.png',
  '/_next/static/media/a.123.png?dpl=own',
  '/_next/static/immutable/media/a.123.png',
  '/a.png?v=1&dpl=own',
  'https://example.com/a.png?x=1&y=2',
  'https://example.com/a.png?dpl=theirs',
]
const isAtLeast16 = Number.parseInt(require('next/package.json').version, 10) >= 16

const differences = []
let compared = 0
for (const [index, config] of CONFIGS.entries()) {
  // An `images` of its own: Next writes the base path into its defaults otherwise, for all that come after.
  const customConfig = structuredClone({ ...config, images: config.images ?? {} })
  // Next 16 keeps a config by its folder's name, so each gets another name for the same folder.
  const folder = process.cwd() + '/.'.repeat(index)
  const { images } = await loadConfig('phase-production-server', folder, { customConfig })
  process.env.PIXMILL_LOADER = withPixmill(config).env.PIXMILL_LOADER
  const { default: loader } = await import(`${loaderUrl}?${index}`)
  for (const src of SOURCES)
    for (const quality of allowedQualities(images)) {
      const props = { src, width: 640, quality }
      const theirs = attempt(() => nextLoader({ config: images, ...props }))
      const ours = loader(props)
      compared++
      // Where Next refuses the source while it renders, pixmill's endpoint does when it is asked.
      if (theirs !== undefined && theirs !== ours) differences.push({ config, props, theirs, ours })
    }
}
console.log(JSON.stringify({ compared, differences }))
process.exit(0)

// Before 16 Next wrote any quality and its endpoint refused it; the nearest allowed one is pixmill's rule for all versions.
function allowedQualities({ qualities }) {
  if (isAtLeast16) return [undefined, 1, 55, 75, 100]
  return [undefined, ...(qualities ?? [1, 75, 100])]
}

function attempt(call) {
  try {
    return call()
  } catch {
    return undefined
  }
}
