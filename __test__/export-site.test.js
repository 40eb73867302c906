/** Any static site: what its pages ask for, and what they look like afterwards. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { toId } from '../dist/export/names.js'
import { scanCss } from '../dist/export/site/css.js'
import { findSite, rewriteSite } from '../dist/export/site/index.js'
import { parseSrcset } from '../dist/export/site/srcset.js'
import { Engine } from '../dist/native.js'
import { launchChromium } from './browser/chromium.js'
import { makePng } from './pictures.js'

/** Each lays out pictures in a way that a tag around them, or a width on them, could upset. */
const LAYOUTS = [
  '',
  'img { max-width: 100% }',
  'img { width: 100%; height: auto }',
  'img { height: 60px }',
  'main { display: flex; gap: 9px; flex-wrap: wrap } img { max-width: 100% }',
  'main { display: flex; flex-direction: column }',
  'main { display: grid; grid-template-columns: 1fr 1fr } img { max-width: 100% }',
  'main > img { max-width: 50% }',
  '@layer base { img { max-width: 100%; height: auto } } @layer more { .h { height: 40px } }',
]

const fixtures = fileURLToPath(new URL('fixtures/', import.meta.url))
const folders = []
const engine = new Engine()
const png = makePng(900, 300)

after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))))

/** Values are texts, bytes, or the name of a fixture behind `=`. */
async function makeSite(files) {
  const output = await mkdtemp(join(tmpdir(), 'pixmill-site-'))
  folders.push(output)
  for (const [name, content] of Object.entries(files)) {
    const path = join(output, name)
    await mkdir(dirname(path), { recursive: true })
    if (typeof content === 'string' && content.startsWith('=')) await cp(join(fixtures, content.slice(1)), path)
    else await writeFile(path, content)
  }
  return output
}

const find = (output, options = {}) => findSite({ output, ...options })

const sourcesOf = ({ demands }) => demands.map(({ source }) => source).sort()

const demandOf = ({ demands }, source) => demands.find((demand) => demand.source === source)

const widthsOf = (findings, source, format = 'webp') =>
  demandOf(findings, source)
    .variants.filter((variant) => variant.format === format)
    .map(({ width }) => width)

const rendered = new Map()

/** Most tests ask for the same variants of the same pictures. */
function render(original, options) {
  const key = `${createHash('sha1').update(original).digest('hex')} ${JSON.stringify(options)}`
  const made = rendered.get(key) ?? engine.optimize(original, options)
  rendered.set(key, made)
  return made
}

/** What a run makes of the demands. */
async function renderAll({ output, demands }) {
  const sources = []
  for (const { source, place, pages, variants } of demands) {
    const outcomes = []
    const original = place.kind === 'file' ? await readFile(place.path) : png
    for (const { file, width, quality, format } of variants) {
      const made = await render(original, { width, quality, format, speed: 'fast' })
      await mkdir(dirname(join(output, file)), { recursive: true })
      await writeFile(join(output, file), made.data)
      const { width: madeWidth, height } = made
      outcomes.push({ file, format, width: madeWidth, height, bytes: made.data.length, isReused: false })
    }
    const bytes = original.length
    sources.push({ source, pages, status: 'optimized', reason: null, bytes, variants: outcomes, placeholder: null })
  }
  return { output, sources, oversized: [], removed: 0, seconds: 0, peakLentBytes: 0 }
}

async function rewrite(output, options = {}, rewriting = {}) {
  const findings = await find(output, { hasFallback: true, ...options })
  return rewriteSite(findings, await renderAll(findings), rewriting)
}

const read = (output, name) => readFile(join(output, name), 'utf8')

/** The page with everything taken out again that a rewriting may put in. */
const undo = (html) =>
  html
    .replace(/<style data-pixmill="done">.*?<\/style>/g, '')
    .replace(/<source data-pixmill="done"[^>]*>/g, '')
    .replace(/<picture data-pixmill="done">(.*?)<\/picture>/gs, '$1')
    .replace(/ data-pixmill="done(?: auto)?"(?: (?:srcset|sizes|width|height|loading|decoding)="[^"]*")*/g, '')

test('a srcset is read as browsers read it', () => {
  assert.deepEqual(
    parseSrcset(' a,b.jpg 1x,c.jpg,  d.jpg 2x , data:x,y 3x,'),
    [
      { url: 'a,b.jpg', descriptor: '1x' },
      { url: 'c.jpg,', descriptor: '' },
      { url: 'd.jpg', descriptor: '2x' },
      { url: 'data:x,y', descriptor: '3x' },
    ].map((candidate) => ({ ...candidate, url: candidate.url.replace(/,+$/, '') })),
  )
  assert.deepEqual(parseSrcset(''), [])
  assert.deepEqual(parseSrcset(',,a.jpg 640w 480h'), [{ url: 'a.jpg', descriptor: '640w 480h' }])
})

test('a url() in CSS is read with quotes, escapes, comments and broken neighbors', () => {
  const css = [
    '/* url(no.jpg) ; */ @import url("x.css");',
    '.a{background:URL( "a b.jpg" ) , url(b\\28 1\\29.jpg);color:red}',
    "@media (min-width: 1px) { .b:hover { background-image : url('c\".jpg') !important } }",
    '.c{content:"url(d.jpg)";background:url(data:image/png;base64,AA==)}',
    '.d{background:url(e f.jpg);--x:url(g.jpg)}.e{background:url(h.jpg',
  ].join('\n')
  const urls = scanCss(css).flatMap(({ property, selector, urls }) =>
    urls.map(({ value }) => [selector, property, value]),
  )
  assert.deepEqual(urls, [
    ['.a', 'background', 'a b.jpg'],
    ['.a', 'background', 'b(1).jpg'],
    ['.b:hover', 'background-image', 'c".jpg'],
    ['.c', 'background', 'data:image/png;base64,AA=='],
    ['.d', '--x', 'g.jpg'],
  ])
})

test('pictures are found by relative, absolute and encoded URLs, whatever the tags look like', async () => {
  const output = await makeSite({
    'a.png': png,
    'blog/b c.png': png,
    'blog/ü&1.png': png,
    'blog/d.png': png,
    'e.png': png,
    'blog/f,1.png': png,
    'g.png': png,
    'blog/index.html': `<!doctype html><!-- <img src="none.png"> -->
      <IMG SRC=../a.png><img src="b%20c.png"><img src='ü&amp;1.png'><p><img src="./d.png?v=1#x" <b>
      <template><img src="/e.png"></template><img src="" srcset=""><img><noscript><img src="../g.png"></noscript>
      <img srcset="f,1.png 1x, f,1.png 2x" src="f,1.png"><textarea><img src="none.png"></textarea><img src="unclosed.png`,
  })
  const findings = await find(output)
  assert.deepEqual(sourcesOf(findings), [
    '/a.png',
    '/blog/b c.png',
    '/blog/d.png',
    '/blog/f,1.png',
    '/blog/ü&1.png',
    '/e.png',
    '/g.png',
  ])
  assert.deepEqual(findings.missing, [])
  assert.deepEqual(demandOf(findings, '/a.png').pages, ['blog/index.html'])
  assert.deepEqual(demandOf(findings, '/a.png').place, { kind: 'file', path: join(output, 'a.png') })
})

test('base href and base path are honored', async () => {
  const output = await makeSite({
    'img/a.png': png,
    'x/index.html': '<base href="/docs/img/"><img src="a.png"><img src="/a.png"><img src="/docs/img/none.png">',
  })
  const findings = await find(output, { basePath: '/docs' })
  assert.deepEqual(sourcesOf(findings), ['/img/a.png'])
  assert.deepEqual(findings.missing, [{ source: '/img/none.png', reason: 'no such file', pages: ['x/index.html'] }])
})

test('nothing outside of the folder is read', async () => {
  const outside = await makeSite({ 'secret.png': png })
  const output = await makeSite({
    'index.html': '<img src="link.png"><img src="%2e%2e%2fsecret.png"><img src="..%5csecret.png"><img src="../a.png">',
  })
  await symlink(join(outside, 'secret.png'), join(output, 'link.png'))
  const { demands, missing } = await find(output)
  assert.deepEqual(demands, [])
  assert.deepEqual(
    missing.map(({ source, reason }) => [source, reason]),
    [
      ['/link.png', 'a link leads out of the folder'],
      ['/a.png', 'no such file'],
    ],
  )
})

test('vectors, data, animations, small files and what is switched off stay as they are', async () => {
  const output = await makeSite({
    'a.svg': '=disc.svg',
    'b.gif': '=animated.gif',
    'c.webp': '=animated.webp',
    'd.png': makePng(2, 2),
    'e.png': png,
    'index.html':
      '<img src=a.svg><img src=b.gif><img src=c.webp><img src=d.png><img src="data:image/png;base64,AA"><img data-pixmill="off" src=e.png>',
  })
  const { demands, missing } = await find(output)
  assert.deepEqual([demands, missing], [[], []])
})

test('a damaged picture is named with its page', async () => {
  const output = await makeSite({ 'a.png': Buffer.alloc(2000), 'index.html': '<img src=a.png>' })
  const { demands, missing } = await find(output)
  assert.deepEqual(demands, [])
  assert.deepEqual(
    missing.map(({ source, pages }) => [source, pages]),
    [['/a.png', ['index.html']]],
  )
})

test('remote pictures are asked for only where that is allowed', async () => {
  const output = await makeSite({
    'index.html':
      '<img src="https://one.example/a.jpg?x=1&amp;y=2" width=300><img src="//two.example/b.jpg"><img src="https://one.example/visit?page=1" width=1 height=1>',
  })
  assert.deepEqual((await find(output)).demands, [])
  const findings = await find(output, { remote: ({ hostname }) => hostname === 'one.example' })
  const url = 'https://one.example/a.jpg?x=1&y=2'
  assert.deepEqual(
    findings.demands.map(({ source, place }) => [source, place]),
    [[url, { kind: 'remote', url }]],
  )
  assert.deepEqual(widthsOf(findings, url), [300, 600])
})

test('a width without sizes asks for one and two pixels each, anything else for the configured widths', async () => {
  const output = await makeSite({
    'a.png': png,
    'b.png': png,
    'c.png': png,
    'd.png': png,
    'e.jpg': '=exif-6.jpg',
    'index.html':
      '<img src=a.png width=200><img src=b.png><img src=c.png width=900><img src=d.png sizes="100px"><img src=e.jpg>',
  })
  const findings = await find(output)
  assert.deepEqual(widthsOf(findings, '/a.png'), [200, 400])
  assert.deepEqual(widthsOf(findings, '/b.png'), [256, 384, 640, 750, 828, 900])
  assert.deepEqual(widthsOf(findings, '/c.png'), [256, 384, 640, 750, 828, 900])
  assert.deepEqual(widthsOf(findings, '/d.png'), [256])
  assert.deepEqual(widthsOf(await find(output, { widths: [100, 500] }), '/b.png'), [100, 500])
})

test('variants are named by their source, in the formats that were asked for', async () => {
  const output = await makeSite({ 'a.png': png, 'index.html': '<img src=a.png width=200>' })
  const { demands } = await find(output, { formats: ['webp'], assets: 'img', quality: 60 })
  assert.deepEqual(
    demands[0].variants.map(({ file, quality }) => [file, quality]),
    [200, 400].map((width) => [`img/${toId('/a.png')}/a-${width}-60.webp`, 60]),
  )
})

test('an img gets a picture around it, sizes, and its dimensions; src stays', async () => {
  const output = await makeSite({
    'photos/a.jpg': '=photo-large.jpg',
    'blog/index.html':
      '<!doctype html><head><meta charset=utf-8></head><img alt="x" src="../photos/a.jpg" width="400">',
  })
  const report = await rewrite(output, { formats: ['avif'] })
  assert.deepEqual([report.pages, report.images, report.changed], [['blog/index.html'], 1, []])
  const html = await read(output, 'blog/index.html')
  const at = `../_pixmill/${toId('/photos/a.jpg')}/a`
  assert.match(html, /^<!doctype html><head><meta charset=utf-8><style data-pixmill="done">/)
  assert.ok(
    html.includes(
      `<picture data-pixmill="done"><source data-pixmill="done" type="image/avif" srcset="${at}-400-75.avif 1x, ${at}-800-75.avif 2x">`,
    ),
    html,
  )
  assert.match(html, /<img data-pixmill="done auto".* srcset="[^"]*a-400-75\.jpg 1x, [^"]*" height="\d+" alt="x"/)
  assert.ok(html.endsWith('</picture>'))
})

test('of a picture without width, sizes are no wider than it is, and it gets both dimensions', async () => {
  const output = await makeSite({ 'a.png': png, 'index.html': '<img src="/a.png">' })
  await rewrite(output)
  const html = await read(output, 'index.html')
  assert.match(html, /sizes="\(max-width: 900px\) 100vw, 900px"/)
  assert.match(html, / width="900" height="300"/)
  assert.match(html, /srcset="\/_pixmill\/[^"]* 256w, [^"]* 900w"/)
})

test('dimensions can be left out', async () => {
  const output = await makeSite({ 'a.png': png, 'index.html': '<img src="a.png">' })
  await rewrite(output, {}, { hasDimensions: false })
  assert.match(await read(output, 'index.html'), /<img data-pixmill="done" srcset="[^"]*" sizes="[^"]*" src="a\.png">/)
})

test('an image-set of the author stays', async () => {
  const css = 'a{background:url(a.png);background:image-set(url(a.png) 1x, url(b.png) 2x)}b{--x:url(a.png)}'
  const output = await makeSite({ 'a.png': png, 'b.png': png, 'site.css': css })
  assert.deepEqual((await rewrite(output)).pages, [])
  assert.equal(await read(output, 'site.css'), css)
})

test('dimensions are of the picture as it is shown', async () => {
  const output = await makeSite({ 'a.jpg': '=exif-6.jpg', 'index.html': '<img src="a.jpg">' })
  const findings = await find(output)
  const { width, height } = findings.edits[0].set.renditions[0].original.size
  await rewrite(output)
  assert.match(await read(output, 'index.html'), new RegExp(` width="${width}" height="${height}"`))
})

test('a picture that a style sizes by its height, or a column stretches, gets no width', async () => {
  const output = await makeSite({
    'a.png': png,
    'b.png': png,
    'site.css':
      '@layer x { nav .logo:hover > img.small { max-height: 2rem } } .wide { height: 10px; width: 20px } .deck > .stack, .deck > b { flex-flow: column wrap } .h-\\[4rem\\]{height:4rem} nav img{height:1px}',
    'index.html':
      '<p class=logo><img class="x small" src=a.png></p><img class=wide src=b.png><img src=a.png style="height: 3em"><b class="x stack"><img src=b.png></b><img class="h-[4rem]" src=b.png><p><img src=b.png></p>',
  })
  await rewrite(output)
  const tags = (await read(output, 'index.html')).match(/<img[^>]*>/g)
  assert.deepEqual(
    tags.map((tag) => / width="900"/.test(tag)),
    [false, true, false, false, false, true],
  )
})

test('a picture that a style reaches by its place gets no tag around it, but WebP for itself', async () => {
  const output = await makeSite({
    'a.png': png,
    'site.css':
      'figure > img{margin:0}img + em{margin:0}.stack > * + *{margin:0}:where(.row > *){margin:0}p:first-child{margin:0}',
    'index.html': [
      '<figure><img src=a.png></figure><figure><b><img src=a.png></b></figure><div><img src=a.png><em>x</em></div>',
      '<div class=stack><i></i><img src=a.png></div><div class=row><img src=a.png></div><p><img src=a.png></p>',
    ].join(''),
  })
  await rewrite(output)
  const html = await read(output, 'index.html')
  assert.deepEqual(
    html.match(/<(?:figure|div|p\b|b>).*?<img/g).map((text) => text.includes('<picture')),
    [false, true, false, false, false, true],
  )
  assert.match(
    html,
    /<figure><img data-pixmill="done auto" srcset="[^"]* 900w" sizes="[^"]*" width="900" height="300" src=a\.png><\/figure>/,
  )
})

test('only what comes after the first pictures of a page becomes lazy, and never what is urgent', async () => {
  const img = (more = '') => `<img src=a.png${more}>`
  const output = await makeSite({
    'a.png': png,
    'index.html': [
      img(),
      img(),
      img(),
      img(),
      img(' loading=eager'),
      img(' fetchpriority=high'),
      img(' decoding=sync'),
    ].join(''),
  })
  await rewrite(output)
  const tags = (await read(output, 'index.html')).match(/<img[^>]*>/g)
  assert.deepEqual(
    tags.map((tag) => tag.includes('loading="lazy"')),
    [false, false, false, true, false, false, true],
  )
  assert.ok(tags[3].includes('decoding="async"') && !tags[6].includes('decoding="async"'))
})

test('every other byte stays: line ends, encodings, broken markup', async () => {
  const pages = {
    'crlf.html':
      '\ufeff<!DOCTYPE html>\r\n<HTML><HEAD >\r\n<title>é😀</title></HEAD>\r\n<p><IMG\r\n SRC=a.png\r\n ALT="x &lt; y"/></p>\r\n',
    'broken.html':
      "<table><img src=a.png><tr><td><b><p></b><img src='a.png' alt='\"'><image src=a.png></table></p><div",
    'bare.html': '<img src=a.png>',
    'nested/noscript.html':
      '<body><noscript><img src="../a.png"></noscript><template><p><img src=../a.png></template><svg><style>a{}</style></svg>',
    'latin.html': Buffer.from('<p>caf\xe9</p><img src="a.png" title="\xfc">', 'latin1'),
  }
  const output = await makeSite({ 'a.png': png, ...pages })
  const report = await rewrite(output)
  assert.equal(report.pages.length, Object.keys(pages).length)
  for (const [name, before] of Object.entries(pages)) {
    const changed = await readFile(join(output, name))
    assert.ok(changed.includes('<picture data-pixmill="done">'), name)
    assert.equal(undo(changed.toString('latin1')), Buffer.from(before).toString('latin1'), name)
  }
  assert.deepEqual(
    (await readdir(output)).filter((name) => name.endsWith('.tmp')),
    [],
  )
})

test('a second run changes nothing and still wants what the pages name', async () => {
  const output = await makeSite({
    'a.png': png,
    'b.jpg': '=photo-large.jpg',
    'c.jpg': '=photo-baseline.jpg',
    'site.css': '.a{background:url(a.png)}',
    'index.html':
      '<link rel=preload as=image href=a.png><img src=a.png><img src=b.jpg width=40><picture><source media="(max-width: 600px)" srcset=c.jpg><img src=b.jpg></picture><i style="background:url(c.jpg)"></i>',
  })
  const options = { hasFallback: true }
  await rewrite(output, options)
  const names = ['index.html', 'site.css']
  const before = await Promise.all(names.map((name) => read(output, name)))
  const again = await find(output, options)
  assert.deepEqual([again.edits, again.missing], [[], []])
  const report = await rewriteSite(again, await renderAll(again))
  assert.deepEqual([report.pages, report.unused], [[], []])
  assert.deepEqual(await Promise.all(names.map((name) => read(output, name))), before)
  const named = before
    .join('')
    .match(/_pixmill\/[\w/.-]+/g)
    .toSorted()
  const wanted = again.demands.flatMap(({ variants }) => variants.map(({ file }) => file)).sort()
  assert.deepEqual(wanted, [...new Set(named)])
  assert.deepEqual(sourcesOf(again), ['/a.png', '/b.jpg', '/c.jpg'])
})

test('a src that was far larger than needed is replaced, and remembered', async () => {
  const output = await makeSite({ 'b.jpg': '=photo-large.jpg', 'index.html': '<img src="b.jpg" width=40 alt=x>' })
  await rewrite(output)
  const html = await read(output, 'index.html')
  assert.match(html, / data-pixmill-src="b\.jpg"/)
  assert.match(html, / src="_pixmill\/[^"]*b-80-75\.jpg" width=40 alt=x>/)
})

test('sources of an author keep their windows, and get twins in other formats', async () => {
  const output = await makeSite({
    'small.png': makePng(300, 300),
    'large.png': png,
    'index.html':
      '<picture><source media="(max-width: 600px)" sizes=\'50vw\' srcset="small.png 300w, large.png 900w"><img src="large.png"></picture>',
  })
  await rewrite(output, { formats: ['webp'], hasFallback: false })
  const html = await read(output, 'index.html')
  assert.match(
    html,
    /<picture><source data-pixmill="done" type="image\/webp" srcset="\S*small-300-75\.webp 300w, \S*large-900-75\.webp 900w" media="\(max-width: 600px\)" sizes='50vw'><source media=/,
  )
  assert.match(html, /900w"><source data-pixmill="done" type="image\/webp" [^>]*><img /)
})

test('a picture that has modern formats already is left alone', async () => {
  const html = '<picture><source type="image/webp" srcset="b.webp"><img src="a.png"></picture>'
  const output = await makeSite({ 'a.png': png, 'b.webp': '=photo.webp', 'index.html': html })
  await rewrite(output)
  assert.equal(await read(output, 'index.html'), html)
})

test('a preload of a picture that is not wrapped asks for what the img shows', async () => {
  const output = await makeSite({
    'a.png': png,
    'index.html': '<style>p>img{margin:0}</style><link rel="preload" as="image" href="a.png"><p><img src="a.png">',
  })
  await rewrite(output)
  const html = await read(output, 'index.html')
  const [, srcset] = /<img[^>]* srcset="([^"]*)"/.exec(html)
  assert.ok(html.includes(` imagesrcset="${srcset}" `) && html.includes(' type="image/webp" rel="preload"'), html)
})

test('a preload of a picture asks for the variants that the picture shows', async () => {
  const output = await makeSite({
    'a.png': png,
    'index.html': '<link rel="preload" as="image" href="a.png"><link rel=icon href=a.png><img src="a.png">',
  })
  await rewrite(output)
  const html = await read(output, 'index.html')
  const [, srcset] = /<source[^>]* type="image\/avif" srcset="([^"]*)"/.exec(html)
  assert.ok(
    html.includes(
      `<link data-pixmill="done" imagesrcset="${srcset}" imagesizes="(max-width: 900px) 100vw, 900px" type="image/avif" rel="preload"`,
    ),
    html,
  )
  assert.ok(html.includes('<link rel=icon href=a.png>'))
})

test('a background gets an image-set behind it, in sheets, in style elements and in attributes', async () => {
  const output = await makeSite({
    'img/a b.png': png,
    'css/site.css':
      '.a { background: url("../img/a b.png") no-repeat , none !important ; color: red }\n.b{list-style:url(x.svg)}',
    'index.html':
      '<style>.c{background-image:url(img/a%20b.png)}</style><p style="color:red; background:url(&quot;img/a b.png&quot;)">x</p>',
  })
  const report = await rewrite(output)
  assert.equal(report.styles, 3)
  const css = await read(output, 'css/site.css')
  const set = (path, original) =>
    `${['avif', 'webp']
      .map((format) => `url("${path}${toId('/img/a b.png')}/a-b-900-75.${format}") 1x type("image/${format}"), `)
      .join('')}${original} 1x)`
  assert.equal(
    css,
    `.a { background: url("../img/a b.png") no-repeat , none !important;background: image-set(${set('../_pixmill/', 'url("../img/a b.png")')} no-repeat , none !important ; color: red }\n.b{list-style:url(x.svg)}`,
  )
  const html = await read(output, 'index.html')
  assert.ok(
    html.includes(
      `.c{background-image:url(img/a%20b.png);background-image:image-set(${set('_pixmill/', 'url(img/a%20b.png)')}}`,
    ),
    html,
  )
  assert.match(
    html,
    /<p style="color:red; background:url\(&quot;img\/a b\.png&quot;\);background:image-set\(url\(&quot;/,
  )
})

test('a background wider than any variant measures as much as before', async () => {
  const output = await makeSite({ 'a.png': png, 'site.css': 'a{background:url(a.png)}' })
  await rewrite(output, { widths: [450] })
  assert.match(await read(output, 'site.css'), /a-450-75\.webp"\) 0\.5x type/)
})

test('sheets that pages seal, and styles under a policy, keep their bytes', async () => {
  const css = 'a{background:url(a.png)}'
  const policy = `<meta http-equiv="Content-Security-Policy" content="style-src 'self'"><style>${css}</style><img src="a.png">`
  const output = await makeSite({
    'a.png': png,
    'site.css': css,
    'index.html': '<link rel=stylesheet href=site.css integrity=sha256-x>',
    'policy.html': policy,
  })
  await rewrite(output)
  assert.equal(await read(output, 'site.css'), css)
  const html = await read(output, 'policy.html')
  assert.match(html, /<img data-pixmill="done" srcset="[^"]*\.webp 900w" sizes="[^"]*" src="a\.png">$/)
  assert.equal(undo(html), policy)
})

test('formats that are no smaller get no tag, and their files are named as unused', async () => {
  const output = await makeSite({ 'a.png': png, 'index.html': '<img src=a.png width=200>' })
  const findings = await find(output, { hasFallback: true })
  const outcome = await renderAll(findings)
  const larger = (variant) => (variant.format === 'avif' ? { ...variant, bytes: png.length } : variant)
  const sources = outcome.sources.map((source) => ({ ...source, variants: source.variants.map(larger) }))
  const report = await rewriteSite(findings, { ...outcome, sources })
  const html = await read(output, 'index.html')
  assert.ok(html.includes('image/webp') && !html.includes('image/avif'))
  assert.deepEqual(
    report.unused.filter((file) => file.endsWith('.avif')).map((file) => /-(\d+)-75/.exec(file)[1]),
    ['200', '400'],
  )
})

test('a picture that failed leaves its page as it was', async () => {
  const html = '<img src=a.png>'
  const output = await makeSite({ 'a.png': png, 'index.html': html })
  const findings = await find(output)
  const outcome = await renderAll(findings)
  const sources = outcome.sources.map((source) => ({ ...source, status: 'original' }))
  assert.deepEqual((await rewriteSite(findings, { ...outcome, sources })).pages, [])
  assert.equal(await read(output, 'index.html'), html)
})

test('a page that has changed since it was read is left alone', async () => {
  const output = await makeSite({ 'a.png': png, 'index.html': '<img src=a.png>' })
  const findings = await find(output)
  const outcome = await renderAll(findings)
  await writeFile(join(output, 'index.html'), '<p><img src=a.png>')
  assert.deepEqual((await rewriteSite(findings, outcome)).changed, ['index.html'])
  assert.equal(await read(output, 'index.html'), '<p><img src=a.png>')
})

test('under a base path, absolute URLs carry it', async () => {
  const output = await makeSite({ 'a.png': png, 'index.html': '<img src="/docs/a.png" width=100>' })
  await rewrite(output, { basePath: 'docs/' })
  assert.match(await read(output, 'index.html'), /srcset="\/docs\/_pixmill\//)
})

test('wrong options are named', async () => {
  const output = await makeSite({})
  await assert.rejects(find(output, { widths: [] }), { code: 'ERR_OPTION', subject: 'widths' })
  await assert.rejects(find(output, { formats: ['gif'] }), { code: 'ERR_OPTION', subject: 'formats' })
  await assert.rejects(find(output, { assets: '../x' }), { code: 'ERR_OPTION', subject: 'assets' })
})

/** The boxes of all pictures on all pages, at two widths of the window. */
async function measure(output, names) {
  const server = createServer(async ({ url }, answer) => {
    const body = await readFile(join(output, decodeURIComponent(url))).catch(() => null)
    answer.writeHead(body === null ? 404 : 200, url.endsWith('.html') ? { 'content-type': 'text/html' } : {}).end(body)
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const browser = await launchChromium()
  try {
    const pages = []
    for (const width of [400, 1400]) {
      const page = await browser.newPage({ viewport: { width, height: 900 } })
      for (const name of names) {
        await page.goto(`http://127.0.0.1:${server.address().port}/${name}`)
        pages.push({ name: `${name} at ${width}`, images: await page.evaluate(readImages) })
      }
    }
    return pages
  } finally {
    await browser.close()
    server.close()
  }
}

/** Runs in the page. */
async function readImages() {
  const images = [...globalThis.document.images]
  for (const image of images) image.loading = 'eager'
  await Promise.all(images.map((image) => image.decode()))
  return images.map((image) => {
    const { x, y, width, height } = image.getBoundingClientRect()
    return { box: [x, y, width, height], src: image.currentSrc }
  })
}

test('in a browser, every picture is where it was, as large as it was, and one of the variants', async () => {
  const tags = '<main><img src=a.png><img src=a.png class=h><img src=b.jpg><img src=a.png width=300></main>'
  const names = LAYOUTS.map((_, at) => `${at}.html`)
  const pages = LAYOUTS.map((css, at) => [names[at], `<!doctype html><style>${css}</style>${tags}`])
  const output = await makeSite({ 'a.png': png, 'b.jpg': '=exif-6.jpg', ...Object.fromEntries(pages) })
  const before = await measure(output, names)
  await rewrite(output)
  const after = await measure(output, names)
  for (const [at, { name, images }] of before.entries()) {
    for (const [which, { box }] of images.entries()) {
      const now = after[at].images[which]
      assert.match(now.src, /_pixmill/, `${name}, picture ${which}`)
      // The sides of a variant are whole pixels, so its ratio differs a little.
      const isSame = box.every((side, index) => Math.abs(side - now.box[index]) <= 4)
      assert.ok(isSame, `${name}, picture ${which}: ${box} was, ${now.box} is`)
    }
  }
})
