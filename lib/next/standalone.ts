/**
 * `output: 'standalone'`: a server that does not load `next.config`, so the hook cannot come from there. When the `next build` process ends
 * well, copies the runtime into the output and puts one line into its `server.js`; for `endpoint: 'api'` it completes what file tracing has
 * copied. Fails the build where that is not possible.
 */
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { isMainThread } from 'node:worker_threads'
import { unsupportedError } from './faults.js'
import type { NextConfig } from './next-config.js'
import { isBuild, isPartialBuild } from './process-role.js'
import { isInside, packageRoot, resolveDistDir } from './project.js'
import { completeRuntime, copyRuntime } from './runtime.js'
import type { Installation } from './settings.js'

interface Assembly {
  config: NextConfig
  installation: Installation
}

const PENDING = Symbol.for('pixmill.standalone')

interface Shared {
  [PENDING]?: Assembly
}

// The text stands in the `server.js` of Next 15.1 to 16.4, ESM and CommonJS; both define `require`.
const PLACE = /process\.chdir\(__dirname\);?/

/** Called at each loading of the config; the last one counts. */
export function assembleStandaloneAtExit(config: NextConfig, installation: Installation): void {
  // A build may run its workers as threads, which end one by one.
  if (!isMainThread) return
  const shared = globalThis as Shared
  const isFirst = shared[PENDING] === undefined
  shared[PENDING] = { config, installation }
  if (isFirst) process.on('exit', (code) => finishBuild(code, shared[PENDING]))
}

function finishBuild(code: number, assembly: Assembly | undefined): void {
  if (code !== 0 || assembly?.config.output !== 'standalone' || !isBuild(undefined) || isPartialBuild()) return
  try {
    assembleStandalone(assembly)
  } catch (error) {
    console.error(error instanceof Error ? `pixmill: ${error.message}` : error)
    process.exitCode = 1
  }
}

export function assembleStandalone({ config, installation }: Assembly): void {
  const { root, settings } = installation
  const distDir = resolveDistDir(root, config)
  const relativeAppDir = readRelativeAppDir(distDir)
  if (settings.options.endpoint === 'api') {
    completeRuntime(findTraced(join(distDir, 'standalone'), resolve(root, relative(join('/', relativeAppDir), '/'))))
    return
  }
  const app = join(distDir, 'standalone', relativeAppDir)
  const boot = copyRuntime(join(app, relative(root, distDir), 'pixmill'))
  addBootLine(join(app, 'server.js'), `./${relative(app, boot).split(sep).join('/')}`)
}

// In a monorepo the app lies deeper in the output, as far as it lies below the tracing root.
function readRelativeAppDir(distDir: string): string {
  const text = readFileSync(join(distDir, 'required-server-files.json'), 'utf8')
  return (JSON.parse(text) as { relativeAppDir?: string }).relativeAppDir ?? ''
}

/** Where file tracing puts this package: below the output as it lies below the tracing root. */
function findTraced(output: string, tracingRoot: string): string {
  const folder = realpathSync(tracingRoot)
  if (isInside(folder, packageRoot)) return join(output, relative(folder, packageRoot))
  throw unsupportedError(
    'the package pixmill',
    `a folder below ${folder}`,
    packageRoot,
    "Set outputFileTracingRoot to a folder that holds both, or leave out endpoint: 'api'",
  )
}

function addBootLine(server: string, boot: string): void {
  const text = existsSync(server) ? readFileSync(server, 'utf8') : ''
  const line = `require(${JSON.stringify(boot)})`
  if (text.includes(line)) return
  if (!PLACE.test(text)) {
    throw unsupportedError(
      server,
      'the line process.chdir(__dirname)',
      text === '' ? 'no such file' : 'a file without it',
      `Start the server with pixmill in front of it: node -r ${boot} server.js`,
    )
  }
  writeFileSync(
    server,
    text.replace(PLACE, (place) => `${place}\n${line}`),
  )
}
