// Local URLs that are files: which ones are found, and that nothing outside of the folders ever is.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { resolveConfig } from '../dist/config/index.js'
import { createSources } from '../dist/source/index.js'

const base = mkdtempSync(join(tmpdir(), 'pixmill-local-'))
const root = join(base, 'app')
after(() => rmSync(base, { recursive: true, force: true }))

function put(path, content = path) {
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, content)
  return path
}

const inPublic = (name) => join(root, 'public', name)
put(inPublic('a.png'))
put(inPublic('deep/b c.png'))
put(inPublic('literal%20name.png'))
put(inPublic('猫.png'))
put(inPublic('empty.png'), '')
put(inPublic('large.png'), 'x'.repeat(2000))
put(join(root, 'secret.png'))
put(join(base, 'outside.png'))
put(join(root, '.next/static/media/m.1.png'))
put(join(root, '.next/static/immutable/media/i.1.png'))
put(join(root, '.next/static/chunks/c.png'))
put(join(root, '.next/dev/static/media/d.1.png'))
symlinkSync(join(base, 'outside.png'), inPublic('out.png'))
symlinkSync(base, inPublic('outfolder'))
symlinkSync(inPublic('a.png'), inPublic('in.png'))

const lent = []
const lender = {
  reserve: async (bytes) => {
    const permit = { bytes, isReleased: false, release: () => Object.assign(permit, { isReleased: true }) }
    lent.push(permit)
    return permit
  },
}
const sources = (input = {}) => createSources(resolveConfig({ root, ...input }, {}), lender)
const found = (href, input) => sources(input).findFile(href)?.path.slice(root.length) ?? null
const open = async (href, input) => {
  const all = sources(input)
  return all.open({ href, isRemote: false, file: all.findFile(href), forwarded: {}, validators: {} })
}

test('files of public/ and static imports are found', () => {
  assert.equal(found('/a.png'), '/public/a.png')
  assert.equal(found('/a.png?v=1#x'), '/public/a.png')
  assert.equal(found('/deep/b%20c.png'), '/public/deep/b c.png')
  assert.equal(found('/deep/b c.png'), '/public/deep/b c.png')
  assert.equal(found('/literal%20name.png'), '/public/literal%20name.png')
  assert.equal(found('/猫.png'), '/public/猫.png')
  assert.equal(found('/in.png'), '/public/in.png')
  assert.equal(found('/_next/static/media/m.1.png'), '/.next/static/media/m.1.png')
  assert.equal(found('/_next/static/immutable/media/i.1.png'), '/.next/static/immutable/media/i.1.png')
})

test('the base path may be there or not', () => {
  for (const href of ['/docs/a.png', '/a.png']) assert.equal(found(href, { basePath: '/docs' }), '/public/a.png', href)
  assert.equal(found('/docs/_next/static/media/m.1.png', { basePath: '/docs' }), '/.next/static/media/m.1.png')
  assert.equal(found('/docsa.png', { basePath: '/docs' }), null)
})

test('the asset prefix of a static import is taken off', () => {
  assert.equal(
    found('https://cdn.test/x/_next/static/media/m.1.png', { assetPrefix: 'https://cdn.test/x' }),
    '/.next/static/media/m.1.png',
  )
  assert.equal(found('/cdn/_next/static/media/m.1.png', { assetPrefix: '/cdn' }), '/.next/static/media/m.1.png')
  assert.equal(found('https://cdn.test/x/a.png', { assetPrefix: 'https://cdn.test/x' }), null)
  assert.equal(
    found('https://cdn.test/x/_next/static/media/../../../a.png', { assetPrefix: 'https://cdn.test/x' }),
    null,
  )
})

test('next dev has static imports of its own', () => {
  assert.equal(found('/_next/static/media/d.1.png'), null)
  assert.equal(found('/_next/static/media/d.1.png', { dev: true }), '/.next/dev/static/media/d.1.png')
  assert.equal(found('/_next/static/media/m.1.png', { dev: true }), '/.next/static/media/m.1.png')
})

test('nothing else is found', () => {
  const hrefs = [
    '/',
    '/deep',
    '/deep/',
    '/none.png',
    '/_next/static/chunks/c.png',
    '/_next/secret.png',
    '/../secret.png',
    '/%2e%2e/secret.png',
    '/..%2fsecret.png',
    '/..%5csecret.png',
    '/deep/..%2f..%2fsecret.png',
    '/deep%2f..%2f..%2fsecret.png',
    '/a.png%00',
    '/a.png%00.jpg',
    '//a.png',
    '/./%2e/%2e%2e/secret.png',
    '/_next/static/media/..%2f..%2f..%2fsecret.png',
    '/out.png',
    '/outfolder/outside.png',
    `/${'a'.repeat(3000)}`,
    '/a.png/b',
    '/%E0%A4%A',
  ]
  for (const href of hrefs) assert.equal(found(href), null, href)
})

test('a link that is turned outwards later is not followed', () => {
  const all = sources()
  const link = inPublic('turned.png')
  symlinkSync(inPublic('a.png'), link)
  assert.ok(all.findFile('/turned.png'))
  rmSync(link)
  symlinkSync(join(base, 'outside.png'), link)
  assert.equal(all.findFile('/turned.png'), null)
})

test('a file that changes has another version', async () => {
  const all = sources()
  const path = put(inPublic('changing.png'), 'one')
  const first = all.findFile('/changing.png').version
  writeFileSync(path, 'two')
  utimesSync(path, 1, 1)
  // What was looked up in the same instant is not looked up again.
  await setTimeout(2)
  const second = all.findFile('/changing.png').version
  writeFileSync(path, 'three')
  utimesSync(path, 1, 1)
  await setTimeout(2)
  assert.equal(new Set([first, second, all.findFile('/changing.png').version]).size, 3)
})

test('with an origin nothing is read from the disk', () => {
  assert.equal(found('/a.png', { origin: 'http://127.0.0.1:1' }), null)
})

test('a file is opened by its head and read whole under a permit', async () => {
  const source = await open('/large.png')
  assert.deepEqual([source.size, source.permit, source.path], [2000, undefined, inPublic('large.png')])
  assert.equal(source.head.toString(), 'x'.repeat(2000))
  const before = lent.length
  assert.equal((await source.read()).byteLength, 2000)
  await source.read()
  assert.equal(lent.length, before + 1)
  source.release()
  await Promise.resolve()
  assert.deepEqual([lent.at(-1).bytes, lent.at(-1).isReleased], [2000, true])
})

test('refused as Next refuses', async () => {
  const message = '"url" parameter is valid but internal response is invalid'
  await assert.rejects(open('/large.png', { images: { maximumResponseBody: 1999 } }), { status: 413, message })
  await assert.rejects(open('/empty.png'), { status: 400, message })
  await assert.rejects(open('/none.png'), { status: 404, message })
})
