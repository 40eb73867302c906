/** `pixmill cache` on a directory that a running server uses, and on none. */
import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { makeFolder, runCli, startServe } from './cli-process.js'
import { makePng } from './pictures.js'

const PICTURES = ['/a/one.png', '/a/two.png', '/b.png']

const makeProject = (t) =>
  makeFolder(t, Object.fromEntries(PICTURES.map((path, index) => [`public${path}`, makePng(90 + index, 90)])))

async function startFilled(t, args = []) {
  const root = await makeProject(t)
  const options = JSON.stringify({ tags: [{ pattern: '/a/*', tag: 'team' }] })
  const server = await startServe(t, ['--root', root, '--options', options, ...args])
  const state = async (path) => {
    const address = `${server.url}/_next/image?url=${encodeURIComponent(path)}&w=64&q=75`
    const response = await fetch(address, { headers: { accept: 'image/webp' } })
    await response.arrayBuffer()
    assert.equal(response.status, 200)
    return response.headers.get('x-nextjs-cache')
  }
  for (const path of PICTURES) assert.equal(await state(path), 'MISS')
  const run = async (...rest) => {
    const { code, stdout, stderr } = await runCli(['cache', ...rest, '--root', root, '--json'])
    assert.deepEqual([code, stderr], [0, ''])
    return JSON.parse(stdout)
  }
  // Entries are on disk when the server has counted their writes.
  await until(async () => (await run('stats')).entries === PICTURES.length)
  return { root, state, run, dir: join(root, '.next/cache/pixmill') }
}

async function until(isDone) {
  while (!(await isDone()));
}

describe('with a running server', () => {
  test('purge deletes what the source, the tag or the prefix names, also in the memory of the server', async (t) => {
    const { state, run, dir } = await startFilled(t)
    assert.deepEqual(await run('purge', '--src', '/b.png'), { action: 'purge', dir, entries: 1 })
    await until(async () => (await state('/b.png')) === 'MISS')
    assert.equal(await state('/a/one.png'), 'HIT')
    await until(async () => (await run('stats')).entries === 3)
    assert.equal((await run('purge', '--tag', 'team')).entries, 2)
    await until(async () => (await state('/a/one.png')) === 'MISS')
    assert.equal(await state('/a/two.png'), 'MISS')
    assert.equal(await state('/b.png'), 'HIT')
    await until(async () => (await run('stats')).entries === 3)
    assert.equal((await run('purge', '--prefix', '/a/t', '--prefix', '/b')).entries, 2)
    await until(async () => (await state('/a/two.png')) === 'MISS')
    assert.equal(await state('/a/one.png'), 'HIT')
  })

  test('invalidate marks stale: the old variant is sent a last time', async (t) => {
    const { state, run, dir } = await startFilled(t)
    assert.deepEqual(await run('invalidate', '--src', '/a/one.png', '--src', '/b.png'), {
      action: 'invalidate',
      dir,
      entries: 2,
    })
    await until(async () => (await state('/b.png')) === 'STALE')
    await until(async () => (await state('/b.png')) === 'HIT')
    assert.equal(await state('/a/two.png'), 'HIT')
  })

  test('what was never there is no entry, and harms none', async (t) => {
    const { state, run } = await startFilled(t)
    assert.equal((await run('purge', '--src', '/a/one.pn')).entries, 0)
    assert.equal((await run('purge', '--tag', 'tea')).entries, 0)
    for (const path of PICTURES) assert.equal(await state(path), 'HIT', path)
  })

  test('stats counts entries and their bytes, in words or as JSON', async (t) => {
    const { root, run, dir } = await startFilled(t)
    const { entries, bytes, dir: told } = await run('stats')
    assert.deepEqual([entries, told], [3, dir])
    assert.ok(bytes > 3 * 100 && bytes < 3 * 100_000)
    const { stdout } = await runCli(['cache', 'stats', '--root', root])
    assert.equal(stdout, `3 entries, ${(bytes / 1024).toFixed(1).replace(/\.0$/, '')} KiB in ${dir}\n`)
  })
})

test('the directory is the one of serve: a flag, its variable, what was built', async (t) => {
  const settings = {
    images: {},
    basePath: '',
    assetPrefix: '',
    trailingSlash: false,
    distDir: '.next',
    paths: ['/_next/image'],
    options: { cacheDir: 'built' },
  }
  const config = { images: {}, env: { PIXMILL_SERVER: JSON.stringify(settings) } }
  const root = await makeFolder(t, { '.next/required-server-files.json': JSON.stringify({ config }) })
  const dirOf = async (args, env = {}) => {
    const { stdout } = await runCli(['cache', 'stats', '--root', root, '--json', ...args], { env })
    return JSON.parse(stdout)
  }
  const variable = { PIXMILL_CACHE_DIR: join(root, 'variable') }
  assert.deepEqual(await dirOf([]), { dir: join(root, 'built'), entries: 0, bytes: 0 })
  assert.equal((await dirOf([], variable)).dir, join(root, 'variable'))
  assert.equal((await dirOf(['--cache-dir', join(root, 'flag')], variable)).dir, join(root, 'flag'))
})

test('nothing is created for a server that has stored nothing yet', async (t) => {
  const folder = await makeFolder(t)
  for (const action of [['stats'], ['purge', '--src', '/a.png'], ['invalidate', '--tag', 'a']]) {
    const { code, stdout } = await runCli(['cache', ...action, '--cache-dir', join(folder, 'none')])
    assert.equal(code, 0)
    assert.match(stdout, /^0 entries/)
  }
  assert.deepEqual(await readdir(folder), [])
})

test('wrong arguments end with code 2 and one line', async (t) => {
  const folder = await makeFolder(t, { file: 'x' })
  const place = ['--cache-dir', folder]
  const refused = [
    [[], /Expected one of purge, invalidate, stats for pixmill cache but received nothing/],
    [['drop'], /Expected one of purge, invalidate, stats for pixmill cache but received "drop"/],
    [['purge', 'all'], /Expected flags only for pixmill cache purge but received "all"/],
    [['purge', ...place], /Expected one of --src, --tag and --prefix for pixmill cache purge but received nothing/],
    [['purge', ...place, '--src', '/a', '--tag', 'b'], /for pixmill cache purge but received several of them/],
    [
      ['purge', ...place, '--src', 'a.png'],
      /Expected a path such as \/photo.jpg or a URL for --src but received "a.png"/,
    ],
    [['purge', ...place, '--prefix', ''], /Expected a text for --prefix but received ""/],
    [['purge', ...place, '--tag='], /Expected a text for --tag but received ""/],
    [
      ['stats', '--cache-dir', join(folder, 'no/where')],
      /Expected the directory of a cache for --cache-dir but received/,
    ],
  ]
  for (const [args, message] of refused) {
    const { code, stdout, stderr } = await runCli(['cache', ...args])
    assert.match(stderr, message)
    assert.match(stderr, /^pixmill: [^\n]+\n$/)
    assert.deepEqual([code, stdout], [2, ''], args.join(' '))
  }
})
