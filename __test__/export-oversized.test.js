/** Pictures that are shipped larger than their page can show: which are named, and which are not. */
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { toShownWidth, widestOf } from '../dist/export/oversized/sizes.js'
import { findOversized } from '../dist/export/oversized.js'
import { makePng } from './pictures.js'

const folders = []
after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))))

async function makeOutput(files) {
  const output = await mkdtemp(join(tmpdir(), 'pixmill-oversized-'))
  folders.push(output)
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(output, name)), { recursive: true })
    await writeFile(join(output, name), content)
  }
  return output
}

const flat = (width) => makePng(width, 4, () => [9, 9, 9])

async function urlsOf(files, options) {
  return (await findOversized(await makeOutput(files), options)).map(({ url }) => url)
}

test('sizes count at the widest window at which they hold', () => {
  assert.equal(widestOf('100vw'), 3840)
  assert.equal(widestOf('(max-width: 600px) 100vw, 300px'), 600)
  assert.equal(widestOf('(max-width: 600px) 50vw, 400px'), 400)
  assert.equal(widestOf('(min-width: 1200px) 33vw, (min-width: 600px) 50vw, 100vw'), 1268)
  assert.equal(widestOf('(width <= 40em) 100vw, 20rem'), 640)
  assert.equal(widestOf('(max-width: 600px) 100px'), 3840)
  assert.equal(widestOf('(not (max-width: 600px)) 10vw, 100px'), 384)
  for (const unknown of ['auto', 'calc(100vw - 2rem)', 'min(100vw, 5px)', 'x']) assert.equal(widestOf(unknown), null)
})

test('pixels in a style settle it; of width and sizes the larger counts', () => {
  assert.equal(toShownWidth({ width: '200' }), 200)
  assert.equal(toShownWidth({ width: '100%' }), null)
  assert.equal(toShownWidth({ width: '800', style: 'color:red;width:200px' }), 200)
  assert.equal(toShownWidth({ width: '800', style: 'width:100%;max-width:10rem' }), 160)
  assert.equal(toShownWidth({ width: '800', style: 'width:100%' }), null)
  assert.equal(toShownWidth({ style: 'position:absolute;width:100%', sizes: '300px' }), 300)
  assert.equal(toShownWidth({ width: '200', sizes: '400px' }), 400)
  assert.equal(toShownWidth({ width: '200', sizes: 'calc(1px + 2px)' }), null)
  assert.equal(toShownWidth({}), null)
})

test('a plain img that is shown much smaller is named, with what it ships', async () => {
  const big = flat(1000)
  const output = await makeOutput({ 'big.png': big, 'a/index.html': '<img src="../big.png" width="200">' })
  assert.deepEqual(await findOversized(output), [
    { page: 'a/index.html', url: '../big.png', shippedWidth: 1000, shownWidth: 400, bytes: big.length },
  ])
})

test('what fits, or whose width nobody knows, is not named', async () => {
  const page =
    '<img src="/a.png" width="200"><img src="/b.png"><img src="/b.png" style="width:50%"><img src="/none.png" width=1>'
  assert.deepEqual(await urlsOf({ 'a.png': flat(599), 'b.png': flat(4000), 'index.html': page }), [])
})

test('what its author switched off, and pictures for several windows, are not named', async () => {
  const page =
    '<img data-pixmill="off" src="a.png" width="20"><picture><source media="(min-width: 1px)" srcset="a.png"><img src="a.png" width="20"></picture>'
  assert.deepEqual(await urlsOf({ 'a.png': flat(999), 'index.html': page }), [])
})

test('of a srcset, the file that a 2x screen loads counts, and steps up to 2 are no waste', async () => {
  const page = (srcset) => `<img src="l.png" width="200" srcset="${srcset}">`
  const files = { 's.png': flat(400), 'm.png': flat(790), 'l.png': flat(1600) }
  assert.deepEqual(await urlsOf({ ...files, 'index.html': page('s.png 1x, m.png 2x') }), [])
  assert.deepEqual(await urlsOf({ ...files, 'index.html': page('l.png 1600w, m.png 790w, s.png 400w') }), [])
  assert.deepEqual(await urlsOf({ ...files, 'index.html': page('s.png 1x, l.png 2x') }), ['l.png'])
  assert.deepEqual(await urlsOf({ ...files, 'index.html': page('s.png 300w, l.png 1600w') }), ['l.png'])
})

test('the first format that can be measured tells for a picture', async () => {
  const page =
    '<picture><source type="image/avif" srcset="a.avif 1600w" sizes="100px"><source type="image/webp" srcset="a.png 1600w" sizes="100px"><img src="s.png"></picture>'
  const files = { 'a.avif': 'unread', 'a.png': flat(1600), 's.png': flat(10) }
  assert.deepEqual(await urlsOf({ ...files, 'index.html': page }), ['a.png'])
})

test('a picture that the same page shows large is not named for its small copy', async () => {
  const page = '<img src="a.png" width="16"><img src="a.png" width="450"><img src="a.png" width="20">'
  assert.deepEqual(await urlsOf({ 'a.png': flat(900), 'index.html': page }), [])
})

test('base path, asset prefix and names without extension lead to their files', async () => {
  const files = {
    'a.png': flat(900),
    '_next/b.png': flat(900),
    'c-640-75.webp': flat(900),
    'index.html':
      '<img src="/docs/a.png" width=9><img src="https://cdn.example/x/_next/b.png" width=9><img src="/docs/c-640-75" width=9>',
  }
  assert.deepEqual(await urlsOf(files, { basePath: '/docs', assetPrefix: 'https://cdn.example/x' }), [
    '/docs/a.png',
    'https://cdn.example/x/_next/b.png',
    '/docs/c-640-75',
  ])
})
