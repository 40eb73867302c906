/** A static export of Next.js, from URLs in its pages to files: on outputs written by hand, without Next.js. */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { exportNext } from '../dist/export/index.js'
import { toFileName, toId, toSlug } from '../dist/export/names.js'
import { findNextDemands } from '../dist/export/next-demands.js'
import { probe } from '../dist/native.js'
import { makePng } from './pictures.js'

const fixture = (name) => readFileSync(new URL(`fixtures/${name}`, import.meta.url))
const JPEG = fixture('photo-baseline.jpg')

function makeFolder(t, files) {
  const folder = mkdtempSync(join(tmpdir(), 'pixmill-export-'))
  t.after(() => rmSync(folder, { recursive: true }))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  return folder
}

const nameOf = (source, width, { quality = 75, extension = '.webp' } = {}) =>
  `${toId(source)}/${toFileName(toSlug(source), width, quality, extension)}`
const urlOf = (source, width, options) => `/_next/image/${nameOf(source, width, options)}`

function makeSite(t, files, { records = [], ...site } = {}) {
  const root = makeFolder(t, {
    ...Object.fromEntries(Object.entries(files).map(([name, content]) => [`out/${name}`, content])),
    'records.jsonl': records.map((src) => JSON.stringify([src, 64, 75, 'webp'])).join('\n'),
  })
  return {
    output: join(root, 'out'),
    path: '/_next/image',
    folder: '_next/image',
    basePath: '',
    assetPrefix: '',
    records: join(root, 'records.jsonl'),
    format: 'webp',
    widths: [64, 128],
    qualities: [75],
    remote: { domains: [], remotePatterns: [] },
    include: null,
    ...site,
  }
}

const run = (site, { strict = false } = {}) => {
  const options = { cacheDir: join(dirname(site.output), 'cache'), memory: 64 << 20, threads: 2, strict }
  return exportNext({ site, config: { options } }, {})
}

const listVariants = (site) =>
  readdirSync(join(site.output, site.folder), { recursive: true })
    .filter((name) => /\.(webp|avif|jpg)$/.test(name))
    .sort()

test('each URL of ours gets its file, at the width that its name says', async (t) => {
  const sources = ['/hero.jpg', '/a b/é.jpg']
  const html = sources.flatMap((source) => [64, 128].map((width) => `<img src="${urlOf(source, width)}">`)).join('')
  const site = makeSite(t, { 'index.html': html, 'hero.jpg': JPEG, 'a b/é.jpg': JPEG })
  const { sources: outcomes } = await run(site)
  assert.deepEqual(listVariants(site), sources.flatMap((source) => [nameOf(source, 128), nameOf(source, 64)]).sort())
  for (const { status, variants } of outcomes) {
    assert.equal(status, 'optimized')
    for (const { file, width } of variants) assert.equal(probe(join(site.output, file)).width, width)
  }
  assert.deepEqual(outcomes.flatMap(({ variants }) => variants.map(({ width }) => width)).sort(), [128, 128, 64, 64])
})

test('base path and asset prefix belong to URLs, not to files', async (t) => {
  const media = 'https://cdn.test/x/_next/static/media/a.123.jpg'
  const html = [media, '/hero.jpg', '/docs/hero.jpg'].map((source) => `"/docs${urlOf(source, 64)}"`).join(' ')
  const site = makeSite(
    t,
    { 'index.html': html, 'hero.jpg': JPEG, '_next/static/media/a.123.jpg': JPEG },
    { path: '/docs/_next/image', basePath: '/docs', assetPrefix: 'https://cdn.test/x' },
  )
  const { sources } = await run(site)
  assert.deepEqual(
    sources.map(({ source, status }) => [source, status]),
    [
      ['/docs/hero.jpg', 'optimized'],
      ['/hero.jpg', 'optimized'],
      [media, 'optimized'],
    ],
  )
})

test('what only scripts show gets all widths; with include exactly what is named there', async (t) => {
  const files = {
    '_next/static/chunks/1.js':
      'x("/one.jpg");y({src:"/_next/static/media/two.9.jpg"});z("/nowhere.jpg","/caf\\u00e9.jpg")',
    'one.jpg': JPEG,
    'café.jpg': JPEG,
    '_next/static/media/two.9.jpg': JPEG,
  }
  const searched = await findNextDemands(makeSite(t, files))
  assert.deepEqual(
    searched.map(({ source, variants }) => [source, variants.map(({ width }) => width)]),
    ['/_next/static/media/two.9.jpg', '/café.jpg', '/one.jpg'].map((source) => [source, [128, 64]]),
  )
  const named = await findNextDemands(makeSite(t, files, { include: ['/one.jpg'] }))
  assert.deepEqual(
    named.map(({ source }) => source),
    ['/one.jpg'],
  )
})

test('of a picture that a page shows, its scripts add nothing, but those of another page do; include decides alone', async (t) => {
  const script = '<script src="/_next/static/chunks/app/%5Bslug%5D/1.js"></script>'
  const files = {
    'index.html': `<img src="${urlOf('/one.jpg', 64)}">${script}`,
    '_next/static/chunks/app/[slug]/1.js': 'x("/one.jpg")',
    'one.jpg': JPEG,
  }
  const widthsOf = (demands) => demands.map(({ variants }) => variants.map(({ width }) => width))
  assert.deepEqual(widthsOf(await findNextDemands(makeSite(t, files))), [[64]])
  const elsewhere = { ...files, 'gallery.html': `<p>Click</p><script>["static/chunks/app/[slug]/1.js"]</script>` }
  assert.deepEqual(widthsOf(await findNextDemands(makeSite(t, elsewhere))), [[128, 64]])
  assert.deepEqual(widthsOf(await findNextDemands(makeSite(t, files, { include: ['/one.jpg'] }))), [[128, 64]])
})

test('of a script, remote pictures only count where the config allows them', async (t) => {
  const files = {
    '_next/static/chunks/1.js': `"https://a.test/x.jpg" + \`https://b.test/\${y}.jpg\` + "https://b.test/x.jpg"`,
  }
  const demands = await findNextDemands(makeSite(t, files, { remote: { domains: ['a.test'], remotePatterns: [] } }))
  assert.deepEqual(
    demands.map(({ place }) => place),
    [{ kind: 'remote', url: 'https://a.test/x.jpg' }],
  )
})

test('a URL of ours without a source fails by name, with its page', async (t) => {
  const url = urlOf('/removed.jpg', 64)
  const site = makeSite(t, { 'blog/index.html': `<img src="${url}">` })
  await assert.rejects(run(site), ({ code, message }) => {
    assert.equal(code, 'ERR_INTERNAL')
    assert.ok(message.includes(`${url} in blog/index.html`), message)
    return true
  })
})

test('a recorded source that is not there is missing, with its page', async (t) => {
  const site = makeSite(t, { 'index.html': urlOf('/gone.jpg', 64) }, { records: ['/gone.jpg'] })
  const { sources } = await run(site)
  const [{ source, status, isFault, pages, reason }] = sources
  assert.deepEqual([source, status, isFault, pages], ['/gone.jpg', 'missing', true, ['index.html']])
  assert.match(reason, /no file gone\.jpg in the output/)
})

test('no source leads out of the output', async (t) => {
  const source = '/../records.jsonl'
  const site = makeSite(t, { 'index.html': urlOf(source, 64) }, { records: [source] })
  const { sources } = await run(site)
  assert.equal(sources[0].status, 'missing')
})

test('a picture that cannot be decoded is shipped as it is, an animation without complaint', async (t) => {
  const broken = JPEG.subarray(0, JPEG.length / 3)
  const html = [urlOf('/broken.jpg', 64), urlOf('/animated.gif', 64)].join(' ')
  const site = makeSite(t, { 'index.html': html, 'broken.jpg': broken, 'animated.gif': fixture('animated.gif') })
  const { sources } = await run(site)
  assert.deepEqual(
    sources.map(({ source, status, isFault }) => [source, status, isFault]),
    [
      ['/animated.gif', 'original', false],
      ['/broken.jpg', 'original', true],
    ],
  )
  assert.deepEqual(readFileSync(join(site.output, '_next/image', nameOf('/broken.jpg', 64))), broken)
})

test('where the server negotiates, both formats stand beside each other', async (t) => {
  const html = urlOf('/hero.jpg', 64, { extension: '' })
  const site = makeSite(t, { 'index.html': `<img src="${html}">`, 'hero.jpg': JPEG }, { format: 'negotiated' })
  await run(site)
  assert.deepEqual(
    listVariants(site).map((name) => name.split('.').at(-1)),
    ['avif', 'webp'],
  )
})

test('an unchanged run renders nothing; a changed picture is rendered again; what nobody asks for is removed', async (t) => {
  const page = (...widths) => widths.map((width) => urlOf('/hero.png', width)).join(' ')
  const site = makeSite(t, { 'index.html': page(64, 128), 'hero.png': makePng(300, 200) })
  await run(site)
  const isReused = ({ sources }) => sources.flatMap(({ variants }) => variants.map((variant) => variant.isReused))
  assert.deepEqual(isReused(await run(site)), [true, true])

  // As `next build`, which empties the output.
  rmSync(join(site.output, '_next'), { recursive: true })
  assert.deepEqual(isReused(await run(site)), [true, true])

  writeFileSync(
    join(site.output, 'hero.png'),
    makePng(300, 200, () => [1, 2, 3]),
  )
  assert.deepEqual(isReused(await run(site)), [false, false])

  writeFileSync(join(site.output, 'index.html'), page(64))
  writeFileSync(join(site.output, '_next/image/mine.txt'), 'of somebody else')
  const { removed } = await run(site)
  assert.equal(removed, 1)
  assert.deepEqual(listVariants(site), [nameOf('/hero.png', 64)])
  assert.ok(existsSync(join(site.output, '_next/image/mine.txt')))
})

test('damage to what a run left behind is mended by the next', async (t) => {
  const site = makeSite(t, { 'index.html': urlOf('/hero.png', 64), 'hero.png': makePng(300, 200) })
  await run(site)
  const file = join(site.output, '_next/image', nameOf('/hero.png', 64))
  const whole = readFileSync(file)
  const store = join(dirname(site.output), 'cache/export/store')
  for (const name of readdirSync(store, { recursive: true, withFileTypes: true })) {
    if (name.isFile()) writeFileSync(join(name.parentPath, name.name), 'x')
  }
  rmSync(file)
  await run(site)
  assert.deepEqual(readFileSync(file), whole)
})

test('the manifest has every source, and the same run writes the same one', async (t) => {
  const site = makeSite(t, { 'index.html': urlOf('/hero.png', 64), 'hero.png': makePng(300, 200) })
  const read = () => readFileSync(join(site.output, '_next/image/manifest.json'), 'utf8')
  await run(site)
  const first = read()
  const [{ source, hash, bytes, placeholder, variants }] = JSON.parse(first).sources
  assert.equal(source, '/hero.png')
  assert.match(hash, /^[0-9a-f]{64}$/)
  assert.equal(bytes, readFileSync(join(site.output, 'hero.png')).length)
  assert.match(placeholder.blurDataURL, /^data:image\//)
  assert.match(placeholder.color, /^#[0-9a-f]{6}$/)
  assert.deepEqual(
    variants.map(({ file, width, height, format }) => [file, width, height, format]),
    [[`_next/image/${nameOf('/hero.png', 64)}`, 64, 43, 'webp']],
  )
  rmSync(join(site.output, '_next'), { recursive: true })
  await run(site)
  assert.equal(read(), first)
})

test('a remote picture is fetched once, asked again by its tag, and kept while its host is down', async (t) => {
  const answers = []
  let mood = 'well'
  const server = http.createServer((req, res) => {
    const isKnown = req.headers['if-none-match'] === '"v1"'
    const status = mood === 'down' ? 503 : mood === 'gone' ? 404 : isKnown ? 304 : 200
    answers.push(status)
    res.writeHead(status, { etag: '"v1"' }).end(status === 200 ? JPEG : undefined)
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const source = `http://127.0.0.1:${server.address().port}/a b.jpg?x=1&y=2`
  const site = makeSite(t, { 'index.html': [urlOf(source, 64), urlOf(source, 128)].join(' ') }, { records: [source] })
  const statusOf = async () => (await run(site)).sources[0].status

  assert.equal(await statusOf(), 'optimized')
  assert.deepEqual(answers, [200])
  assert.equal(await statusOf(), 'optimized')
  assert.deepEqual(answers, [200, 304])
  mood = 'down'
  assert.equal(await statusOf(), 'optimized')
  assert.deepEqual(answers.slice(2), [503, 503, 503])
  mood = 'gone'
  assert.equal(await statusOf(), 'missing')
  assert.equal(answers.length, 6)
})
