import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { withPixmill } from '../../dist/next/config.js'

const loaderOf = (config) => JSON.parse(config.env.PIXMILL_LOADER)
const settingsOf = (config) => JSON.parse(config.env.PIXMILL_SERVER)

test('keeps what the user wrote and adds its own', () => {
  const config = withPixmill({
    reactStrictMode: true,
    env: { MINE: '1' },
    images: { formats: ['image/avif'] },
    serverExternalPackages: ['mine'],
    outputFileTracingExcludes: { '*': ['mine/**'], '/a': ['b'] },
  })
  assert.equal(config.reactStrictMode, true)
  assert.equal(config.env.MINE, '1')
  assert.deepEqual(config.images, { formats: ['image/avif'], loader: 'custom', loaderFile: './dist/next/loader.js' })
  assert.deepEqual(config.serverExternalPackages, ['mine', 'pixmill/server'])
  assert.deepEqual(config.outputFileTracingExcludes['/a'], ['b'])
  assert.equal(config.outputFileTracingExcludes['*'][0], 'mine/**')
  assert.ok(config.outputFileTracingExcludes['*'].includes('node_modules/sharp/**/*'))
  assert.equal(config.rewrites, undefined)
})

test('works without a config', () => {
  assert.equal(withPixmill().images.loader, 'custom')
})

test('a function stays a function, a promise a promise', async () => {
  const fromFunction = withPixmill((phase, { defaultConfig }) => ({ env: { phase, ...defaultConfig } }))
  assert.equal(fromFunction('phase-development-server', { defaultConfig: { a: '1' } }).env.a, '1')
  const fromAsync = withPixmill(async (phase) => ({ basePath: `/${phase}` }))
  assert.equal(loaderOf(await fromAsync('phase-development-server', {})).path, '/phase-development-server/_next/image')
  assert.equal(loaderOf(await withPixmill(Promise.resolve({ trailingSlash: true }))).path, '/_next/image/')
})

test('the loader learns the endpoint and the qualities, and nothing of the server', () => {
  const config = withPixmill(
    { basePath: '/docs', images: { qualities: [50], dangerouslyAllowSVG: true } },
    { memory: '64mb' },
  )
  const { path, qualities, optimizesSvg, ...rest } = loaderOf(config)
  assert.deepEqual(
    { path, qualities, optimizesSvg },
    { path: '/docs/_next/image', qualities: [50], optimizesSvg: true },
  )
  assert.deepEqual(Object.keys(rest), ['marksAllLocal', 'files', 'deviceSizes', 'imageSizes'])
})

test('the server learns the config and the options', () => {
  const settings = settingsOf(withPixmill({ basePath: '/docs', distDir: 'build' }, { memory: '64mb' }))
  assert.equal(settings.distDir, 'build')
  assert.deepEqual(settings.paths, ['/docs/_next/image'])
  assert.deepEqual(settings.options, { memory: '64mb' })
})

test('unoptimized leaves the config as it is', () => {
  const config = { images: { unoptimized: true } }
  assert.equal(withPixmill(config), config)
})

test('url points the loader to a separate service and installs nothing', () => {
  const url = 'https://img.example.com/_next/image'
  const config = withPixmill({ basePath: '/docs', trailingSlash: true, output: 'export' }, { url })
  assert.equal(loaderOf(config).path, url)
  assert.equal(config.env.PIXMILL_SERVER, undefined)
  assert.equal(config.rewrites, undefined)
})

test('faults name the setting and the way out', () => {
  const faults = [
    [
      () => withPixmill({ images: { loaderFile: './mine.js' } }),
      'ERR_OPTION',
      /images\.loaderFile.*"\.\/mine\.js".*loader prop/,
    ],
    [() => withPixmill({ images: { loader: 'imgix' } }), 'ERR_OPTION', /images\.loader.*"imgix"/],
    [() => withPixmill({}, { memroy: '1gb' }), 'ERR_OPTION', /memory.*memroy/],
    [() => withPixmill({}, { endpoint: 'route' }), 'ERR_OPTION', /endpoint/],
    [() => withPixmill({}, { cacheHandler: true }), 'ERR_UNSUPPORTED', /cacheHandler.*later version/],
    [() => withPixmill({}, { url: '/relative' }), 'ERR_OPTION', /url/],
    [
      () => withPixmill({}, { endpoint: 'api' }),
      'ERR_UNSUPPORTED',
      /pages\/api\/pixmill\.js.*export \{ default \} from 'pixmill\/pages'/,
    ],
  ]
  for (const [call, code, message] of faults) assert.throws(call, { code, message })
})

test('an export that is developed has an endpoint', () => {
  const config = withPixmill(() => ({ output: 'export', distDir: 'site' }))('phase-development-server')
  assert.equal(loaderOf(config).files, null)
  assert.equal(settingsOf(config).distDir, 'site')
})

test('a static export points to a service instead', () => {
  const config = withPixmill({ output: 'export' }, { url: 'https://img.example.com/_next/image' })
  assert.equal(loaderOf(config).files, null)
})

/** A project with a config of its own, loaded in a process of its own. */
function loadInProject({ files, code, env }) {
  const project = mkdtempSync(join(tmpdir(), 'pixmill-config-'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(project, name, '..'), { recursive: true })
    writeFileSync(join(project, name), text)
  }
  const entry = new URL('../../dist/next/config.js', import.meta.url).href
  writeFileSync(join(project, 'next.config.mjs'), `import { withPixmill } from ${JSON.stringify(entry)}\n${code}`)
  const output = execFileSync(process.execPath, [join(project, 'next.config.mjs')], {
    cwd: tmpdir(),
    env: { ...process.env, ...env },
    encoding: 'utf8',
  })
  return JSON.parse(output)
}

test("endpoint: 'api' rewrites to the route, found beside the config", async () => {
  const config = loadInProject({
    files: { 'src/pages/api/pixmill.ts': '', 'package.json': '{}' },
    code: "const c = withPixmill({}, { endpoint: 'api' }); console.log(JSON.stringify(await c.rewrites()))",
  })
  assert.deepEqual(config.beforeFiles, [{ source: '/_next/image', destination: '/api/pixmill' }])
})

test('a project that depends on sharp keeps it in the trace', () => {
  const code = 'console.log(JSON.stringify(withPixmill({}).outputFileTracingExcludes ?? null))'
  const load = (manifest) => loadInProject({ files: { 'package.json': manifest }, code })
  assert.equal(load('{ "dependencies": { "sharp": "*" } }'), null)
  assert.ok(load('{ "devDependencies": { "sharp": "*" } }')['*'].length > 0)
})

test('the hook is installed in a server only', () => {
  const code = "withPixmill({}); console.log(JSON.stringify(Symbol.for('pixmill.hook') in globalThis))"
  const load = (env) => loadInProject({ files: { 'package.json': '{}' }, code, env })
  assert.equal(load({ NODE_ENV: 'production' }), true)
  assert.equal(load({ NODE_ENV: 'development' }), true)
  assert.equal(load({ NEXT_PHASE: 'phase-production-build' }), false)
  assert.equal(load({ IS_NEXT_WORKER: 'true' }), false)
})

test('a static export gets files, in the format that was asked for, and pages tell what they show', () => {
  const code = `
    const config = withPixmill({ output: 'export', distDir: 'site', images: { unoptimized: true } }, { exportFormat: 'avif' })
    const loader = JSON.parse(config.env.PIXMILL_LOADER)
    const settings = JSON.parse(config.env.PIXMILL_SERVER)
    console.log(JSON.stringify({ loader, settings, images: config.images, record: process.env.PIXMILL_RECORD }))
    // No pages were built that could be exported.
    process.removeAllListeners('exit')`
  const env = { NEXT_PHASE: 'phase-production-build', NODE_ENV: 'production' }
  const { loader, settings, images, record } = loadInProject({ files: { 'package.json': '{}' }, code, env })
  assert.equal(loader.files, 'avif')
  // Next takes the name for the output, and builds where it always does.
  assert.equal(settings.distDir, '.next')
  assert.equal('unoptimized' in images, false)
  assert.match(record, /[\\/]\.next[\\/]cache[\\/]pixmill[\\/]export[\\/]records\.jsonl$/)
})
