import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { resolveLoaderFile } from '../../dist/next/loader-file.js'
import { assertBinary, assertNode } from '../../dist/next/platform.js'
import { isBuild, isDevelopment, isNextWorker } from '../../dist/next/process-role.js'
import { findProject } from '../../dist/next/project.js'

const folder = () => mkdtempSync(join(tmpdir(), 'pixmill-project-'))

test('the project is the folder of its config', () => {
  const stacks = [
    [
      'Error\n    at file:///a/node_modules/pixmill/dist/next/config.js:1:1\n    at file:///srv/my%20app/next.config.mjs:3:16',
      '/srv/my app',
    ],
    [
      'Error\n    at Object.<anonymous> (/srv/app/next.config.js:3:18)\n    at Module._compile (node:internal:1:1)',
      '/srv/app',
    ],
    ['Error\n    at Object.<anonymous> (/srv/app/next.config.compiled.js:9:1)', '/srv/app'],
    ['Error\n    at file:///srv/app/next.config.mjs?t=1:3:1', '/srv/app'],
  ]
  for (const [stack, project] of stacks) assert.equal(findProject(stack, [], '/elsewhere'), project)
})

test('the command line names the project otherwise, then the working directory', () => {
  const root = folder()
  mkdirSync(join(root, 'apps', 'web'), { recursive: true })
  writeFileSync(join(root, 'apps', 'web', 'package.json'), '{}')
  assert.equal(findProject('Error', ['node', 'next', 'build', 'apps/web'], root), join(root, 'apps', 'web'))
  assert.equal(findProject('Error', ['node', 'next', 'build', '--webpack'], root), root)
  assert.equal(findProject(undefined, ['node', 'server.js'], root), root)
})

test('what the process is to Next', () => {
  const next = '/app/node_modules/next/dist/bin/next'
  assert.equal(isBuild('phase-production-build', {}, []), true)
  assert.equal(isBuild('phase-production-server', {}, ['node', next, 'build']), false)
  assert.equal(isBuild(undefined, { NEXT_PHASE: 'phase-production-build' }, []), true)
  assert.equal(isBuild(undefined, {}, ['node', next, 'build']), true)
  assert.equal(isBuild(undefined, {}, ['node', '/app/node_modules/.bin/next', 'build']), true)
  assert.equal(isBuild(undefined, {}, ['node', next, 'start']), false)
  assert.equal(isBuild(undefined, {}, ['node', 'server.js', 'build']), false)
  assert.equal(isDevelopment(undefined, { NODE_ENV: 'production' }), false)
  assert.equal(isDevelopment(undefined, {}), true)
  assert.equal(isNextWorker({}), false)
  for (const name of ['IS_NEXT_WORKER', 'NEXT_PRIVATE_BUILD_WORKER', 'JEST_WORKER_ID'])
    assert.equal(isNextWorker({ [name]: '1' }), true)
})

test('an old Node.js is refused with the range and the way out', () => {
  for (const version of ['18.20.0', '20.18.3', '21.7.0', '22.11.0']) {
    assert.throws(() => assertNode(version), {
      code: 'ERR_UNSUPPORTED',
      message: new RegExp(`>=22\\.12.*${version}.*Install`),
    })
  }
  for (const version of ['20.19.0', '22.12.0', '24.0.0']) assertNode(version)
})

test('a platform without a binary is refused with the way out', () => {
  const empty = folder()
  writeFileSync(join(empty, 'package.json'), '{}')
  assert.throws(() => assertBinary(empty, 'sunos', 'sparc'), {
    code: 'ERR_UNSUPPORTED',
    message: /sunos-sparc.*withPixmill\(nextConfig, \{ url \}\)/,
  })
  writeFileSync(join(empty, 'pixmill.linux-x64-gnu.node'), '')
  assertBinary(empty, 'linux', 'x64')
  assert.throws(() => assertBinary(empty, 'linux', 'arm64'), { code: 'ERR_UNSUPPORTED' })
  const platformPackage = join(empty, 'node_modules', 'pixmill-linux-arm64-musl')
  mkdirSync(platformPackage, { recursive: true })
  writeFileSync(join(platformPackage, 'package.json'), '{}')
  assertBinary(empty, 'linux', 'arm64')
})

function installPackage(root) {
  const own = join(root, 'node_modules', 'pixmill')
  mkdirSync(join(own, 'dist', 'next'), { recursive: true })
  writeFileSync(join(own, 'dist', 'next', 'loader.js'), '// loader')
  return own
}

test('the loader lies in the package where a bundler sees it', () => {
  const project = folder()
  assert.equal(resolveLoaderFile(project, {}, installPackage(project)), './node_modules/pixmill/dist/next/loader.js')
})

test('a linked or hoisted package lends a copy of its loader', () => {
  const outside = installPackage(folder())
  const project = folder()
  mkdirSync(join(project, 'node_modules'))
  symlinkSync(outside, join(project, 'node_modules', 'pixmill'))
  const file = resolveLoaderFile(project, {}, join(project, 'node_modules', 'pixmill'))
  assert.equal(file, './node_modules/.cache/pixmill/loader.mjs')
  assert.equal(readFileSync(join(project, file), 'utf8'), '// loader')
  writeFileSync(join(outside, 'dist', 'next', 'loader.js'), '// newer')
  resolveLoaderFile(project, {}, outside)
  assert.equal(readFileSync(join(project, file), 'utf8'), '// newer')
})

test('an external package lends a copy, which is bundled', () => {
  const project = folder()
  const config = { serverExternalPackages: ['pixmill'] }
  assert.equal(resolveLoaderFile(project, config, installPackage(project)), './node_modules/.cache/pixmill/loader.mjs')
})
