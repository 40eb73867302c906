/** `pixmill export` as a process: what it takes a folder for, what it refuses, and how it ends. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { makeFolder, runCli } from './cli-process.js'
import { makePng } from './pictures.js'

const PAGE = '<!doctype html><title>A site</title><img src="photo.png" width="100" alt=""><img src="gone.png" alt="">'
const site = (t) => makeFolder(t, { 'site/index.html': PAGE, 'site/photo.png': makePng(400, 300) })

/** What `next build` leaves behind: a page that asks for one variant. */
async function makeProject(
  t,
  { source = '/photo.png', options = {}, files = { 'out/photo.png': makePng(400, 300) } } = {},
) {
  const { toFileName, toId, toSlug } = await import('../dist/export/names.js')
  const url = `/_next/image/${toId(source)}/${toFileName(toSlug(source), 128, 75, '.webp')}`
  const settings = {
    ...{ images: {}, basePath: '', assetPrefix: '', trailingSlash: false, distDir: '.next', paths: ['/_next/image'] },
    options,
  }
  const build = { version: 1, settings, output: 'out', records: 'records.jsonl', path: '/_next/image' }
  const folder = await makeFolder(t, {
    'out/index.html': `<img src="${url}">`,
    'records.jsonl': `${JSON.stringify([source, 128, 75, 'webp'])}\n`,
    '.next/cache/pixmill/export/build.json': JSON.stringify(build),
    ...files,
  })
  return { folder, file: join(folder, 'out', url) }
}

test('the project in the current folder is exported, and its own output is the same thing', async (t) => {
  const { folder, file } = await makeProject(t)
  const { code, stdout } = await runCli(['export'], { cwd: folder })
  assert.equal(code, 0)
  assert.match(stdout, /1 pictures?, 1 variants? \(1 made, 0 reused, 0 removed\)/)
  assert.ok(existsSync(file))
  const again = await runCli(['export', 'out'], { cwd: folder })
  assert.match(again.stdout, /\(0 made, 1 reused, 0 removed\)/)
})

test('a folder of pages is searched; its pages change only where that is asked for', async (t) => {
  const folder = await site(t)
  const read = () => readFileSync(join(folder, 'site/index.html'), 'utf8')
  const first = await runCli(['export', 'site', '--formats', 'webp'], { cwd: folder })
  assert.equal(first.code, 0)
  assert.equal(read(), PAGE)
  await runCli(['export', 'site', '--formats', 'webp', '--rewrite'], { cwd: folder })
  const rewritten = read()
  assert.match(rewritten, /<source [^>]*type="image\/webp"/)
  const again = await runCli(['export', 'site', '--formats', 'webp', '--rewrite'], { cwd: folder })
  assert.match(again.stdout, /\(0 made, \d+ reused, 0 removed\)/)
  assert.equal(read(), rewritten)
})

test('a picture that fails is told with its page, and ends the run with 1 where that is strict', async (t) => {
  const gone = { source: '/gone.png', files: {} }
  const mild = await runCli(['export'], { cwd: (await makeProject(t, gone)).folder })
  assert.equal(mild.code, 0)
  assert.match(mild.stderr, /\/gone\.png[\s\S]*index\.html/)
  const { folder } = await makeProject(t, { ...gone, options: { strict: true } })
  assert.equal((await runCli(['export'], { cwd: folder })).code, 1)
  const sites = await site(t)
  assert.equal((await runCli(['export', 'site'], { cwd: sites })).code, 0)
  assert.equal((await runCli(['export', 'site', '--strict'], { cwd: sites })).code, 1)
})

test('--json is one document, also of a run that fails', async (t) => {
  const { folder } = await makeProject(t)
  const { stdout, stderr } = await runCli(['export', '--json'], { cwd: folder })
  const { sources } = JSON.parse(stdout)
  assert.deepEqual([sources[0].source, sources[0].status, stderr], ['/photo.png', 'optimized', ''])
  const failed = await runCli(['export', 'nowhere', '--json'], { cwd: folder })
  assert.notEqual(failed.code, 0)
  assert.match(JSON.stringify(JSON.parse(failed.stdout)), /nowhere/)
})

test('rules for web servers are written where that is asked for', async (t) => {
  const { folder } = await makeProject(t)
  await runCli(['export', '--rules', 'nginx,apache', '--rules-dir', 'rules'], { cwd: folder })
  assert.ok(existsSync(join(folder, 'rules/nginx')) && existsSync(join(folder, 'rules/apache')))
})

test('wrong arguments end with code 2 and one line that names them', async (t) => {
  const { folder } = await makeProject(t)
  const refused = [
    [['export', 'a', 'b'], /Expected one folder for pixmill export but received "b"/],
    [['export', '--formats', 'gif'], /for --formats but received "gif"/],
    [['export', '--quality', '0'], /Expected an integer from 1 to 100 for --quality/],
    [['export', '--quality', '50'], /Expected no value, since next\.config decides for --quality/],
    [['export', '--rules', 'iis'], /for --rules but received "iis"/],
  ]
  for (const [args, message] of refused) {
    const { code, stderr } = await runCli(args, { cwd: folder })
    assert.equal(code, 2, args.join(' '))
    assert.match(stderr, message)
  }
  const nothing = await runCli(['export'], { cwd: await makeFolder(t, {}) })
  assert.equal(nothing.code, 2)
  assert.match(nothing.stderr, /no static export was built with withPixmill/)
})
