/** Writes one app: the template, its pictures, and a `next.config` in the form that the case asks for. */
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makePng } from '../../pictures.js'

const TEMPLATE = join(import.meta.dirname, 'template')
const KEPT = new Set([
  '.installed',
  'node_modules',
  'package.json',
  'package-lock.json',
  'pnpm-lock.yaml',
  'pnpm-workspace.yaml',
])

export const NATURAL_WIDTH = 600
const AVATAR_WIDTH = 96

/** What the app's environment must hold. */
export function appEnv(remote) {
  return { REMOTE_PICTURE: `${remote}/remote.png`, AVATAR: makePng(AVATAR_WIDTH, AVATAR_WIDTH).toString('base64') }
}

export function writeApp(folder, testCase, remote) {
  for (const name of readdirSync(folder)) if (!KEPT.has(name)) rmSync(join(folder, name), { recursive: true })
  rmSync(join(folder, 'node_modules', '.cache'), { recursive: true, force: true })
  cpSync(TEMPLATE, folder, { recursive: true })
  for (const name of ['public', 'pictures']) mkdirSync(join(folder, name))
  writeFileSync(join(folder, 'public', 'public.png'), makePng(NATURAL_WIDTH, 400))
  writeFileSync(join(folder, 'pictures', 'imported.png'), makePng(NATURAL_WIDTH, 300))
  writeFileSync(
    join(folder, 'public', 'logo.svg'),
    '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>',
  )
  if (testCase.endpoint === 'api')
    writeFileSync(join(folder, 'pages', 'api', 'pixmill.js'), "export { default } from 'pixmill/pages'\n")
  const { name, text } = writeConfig(toNextConfig(testCase, remote), testCase)
  writeFileSync(join(folder, name), text)
}

/** `{ pages, distDir }`: the paths to fetch, and where the build lies. */
export function describeApp({ shape }) {
  const base = shape === 'basePath' || shape === 'trailingSlash' ? '/docs' : ''
  const end = shape === 'trailingSlash' ? '/' : ''
  const pages = [`${base}${end}` || '/', `${base}/client${end}`, `${base}/legacy${end}`]
  if (shape === 'i18n') pages.push('/fr/legacy')
  return {
    pages,
    distDir: shape === 'distDir' ? 'build/out' : '.next',
    endpoint: (shape === 'path' ? '/pictures' : `${base}/_next/image`) + end,
  }
}

const SHAPES = {
  plain: {},
  basePath: { basePath: '/docs' },
  trailingSlash: { basePath: '/docs', trailingSlash: true },
  assetPrefix: { assetPrefix: 'https://cdn.example.com/assets' },
  i18n: { i18n: { locales: ['en', 'fr'], defaultLocale: 'en' } },
  distDir: { distDir: 'build/out' },
  path: {},
}

function toNextConfig({ shape, mode }, remote) {
  const { hostname, port } = new URL(remote)
  const images = {
    formats: ['image/avif', 'image/webp'],
    deviceSizes: [320, 640],
    imageSizes: [32, 64, 128],
    qualities: [60, 75, 90],
    remotePatterns: [{ protocol: 'http', hostname, port }],
    dangerouslyAllowLocalIP: true,
    ...(shape === 'path' ? { path: '/pictures' } : {}),
  }
  return { ...SHAPES[shape], ...(mode === 'standalone' ? { output: 'standalone' } : {}), images }
}

function writeConfig(config, { config: form, endpoint, shape }) {
  const options = JSON.stringify({ memory: '128mb', ...(endpoint === 'api' ? { endpoint } : {}) })
  // A user's own rewrites must go on working beside ours.
  const rewrites =
    endpoint === 'api' && shape === 'plain'
      ? ", rewrites: async () => [{ source: '/old', destination: '/client' }]"
      : ''
  const object = `{ ...${JSON.stringify(config)}${rewrites} }`
  const esm = "import { withPixmill } from 'pixmill/next'\n"
  const forms = {
    mjs: ['next.config.mjs', `${esm}export default withPixmill(${object}, ${options})\n`],
    cjs: [
      'next.config.js',
      `const { withPixmill } = require('pixmill/next')\nmodule.exports = withPixmill(${object}, ${options})\n`,
    ],
    ts: [
      'next.config.ts',
      `import type { NextConfig } from 'next'\n${esm}const config: NextConfig = ${object}\nexport default withPixmill(config, ${options})\n`,
    ],
    function: ['next.config.mjs', `${esm}export default withPixmill((phase) => (${object}), ${options})\n`],
    async: ['next.config.mjs', `${esm}export default withPixmill(async () => (${object}), ${options})\n`],
  }
  const [name, text] = forms[form]
  return { name, text }
}
