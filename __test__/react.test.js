/** `pixmill/react`: the elements of a static export, those before an endpoint, and CSS. Rendered by React itself. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createElement } from 'react'
import { renderToString } from 'react-dom/server'

const SETTINGS = {
  path: '/docs/_next/image',
  qualities: [50, 75],
  deviceSizes: [640, 1080, 1920],
  imageSizes: [32, 128, 384],
}

// The loader reads its settings once, when it is loaded.
process.env.PIXMILL_LOADER = JSON.stringify({ ...SETTINGS, files: 'webp' })
const { imageSet, Picture } = await import('../dist/react.js')

const HERO = {
  src: '/_next/static/media/hero.0a1b.jpg',
  width: 1200,
  height: 800,
  blurDataURL: 'data:image/webp;base64,AAAA',
}
const FILE = '/docs/_next/image/[0-9A-Za-z_-]{11}/hero'

const render = (props) => renderToString(createElement(Picture, { alt: '', ...props }))

/** The elements of a name, as objects. */
const elements = (html, name) =>
  [...html.matchAll(new RegExp(`<${name}\\b([^>]*)>`, 'g'))].map(([, text]) =>
    Object.fromEntries([...text.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key, value]) => [key, toText(value)])),
  )

const toText = (text) =>
  text
    .replace(/&quot;/g, '"')
    .replace(/&#x27;/g, "'")
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')

const widthsOf = (srcSet) => srcSet.split(', ').map((candidate) => candidate.split(' ')[1])

/** The same module in a process of its own, with other settings or conditions. */
function inProcess(code, { settings = SETTINGS, flags = [], env = {} } = {}) {
  const entry = new URL('../dist/react.js', import.meta.url).href
  const script = `const { imageSet, Picture } = await import(${JSON.stringify(entry)})
    console.log(JSON.stringify(await (async () => { ${code} })()))`
  const output = execFileSync(process.execPath, [...flags, '--input-type=module', '-e', script], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...process.env, PIXMILL_LOADER: JSON.stringify(settings), ...env },
    encoding: 'utf8',
  })
  return JSON.parse(output)
}

const RENDER = `const { createElement } = await import('react'); const { renderToString } = await import('react-dom/server');
  const render = (props) => renderToString(createElement(Picture, { alt: '', ...props }));`

test('a static export offers AVIF, then WebP, then the format of the source, each as files', () => {
  const html = render({ src: HERO, sizes: '100vw' })
  const sources = elements(html, 'source')
  assert.deepEqual(
    sources.map(({ type, sizes }) => [type, sizes]),
    [
      ['image/avif', '100vw'],
      ['image/webp', '100vw'],
    ],
  )
  assert.match(sources[0].srcSet, new RegExp(`^${FILE}-0a1b-640-75\\.avif 640w, `))
  assert.match(sources[1].srcSet, new RegExp(`^${FILE}-0a1b-640-75\\.webp 640w, `))
  const [img] = elements(html, 'img')
  assert.match(img.srcSet, new RegExp(`^${FILE}-0a1b-640-75\\.jpg 640w, `))
  assert.match(img.src, new RegExp(`^${FILE}-0a1b-1920-75\\.jpg$`))
})

test('the formats and the order are the caller’s', () => {
  const types = (formats) => elements(render({ src: HERO, formats }), 'source').map(({ type }) => type)
  assert.deepEqual(types(['webp']), ['image/webp'])
  assert.deepEqual(types([]), [])
})

test('the format of the source is not offered twice', () => {
  const html = render({ src: '/hero.webp', width: 100, height: 50 })
  assert.deepEqual(
    elements(html, 'source').map(({ type }) => type),
    ['image/avif'],
  )
  assert.match(elements(html, 'img')[0].src, /\.webp$/)
})

test('before an endpoint there is one URL for all formats, and the same shape of elements', () => {
  const [html, css] = inProcess(`${RENDER}
    return [render({ src: '/hero.jpg', width: 100, height: 50, quality: 60 }), imageSet('/hero.jpg', { width: 100 })]`)
  assert.match(html, /^<picture[^>]*><img /)
  assert.deepEqual(elements(html, 'source'), [])
  const url = (width, quality) => `/docs/_next/image?url=%2Fhero.jpg&w=${width}&q=${quality}`
  const [img] = elements(html, 'img')
  assert.equal(img.srcSet, `${url(128, 50)} 1x, ${url(384, 50)} 2x`)
  assert.equal(img.src, url(384, 50))
  assert.equal(css, `image-set(url("${url(128, 75)}") 1x, url("${url(384, 75)}") 2x)`)
})

test('the widths are those of next/image', () => {
  const widths = (props) => widthsOf(elements(render({ src: '/hero.jpg', height: 10, ...props }), 'img')[0].srcSet)
  assert.deepEqual(widths({ width: 100 }), ['1x', '2x'])
  assert.deepEqual(widths({ width: 1500 }), ['1x'], 'one file serves both')
  assert.deepEqual(widths({ fill: true }), ['640w', '1080w', '1920w'])
  assert.deepEqual(widths({ width: 100, sizes: '20vw' }), ['128w', '384w', '640w', '1080w', '1920w'])
  assert.deepEqual(widths({ width: 100, sizes: '(min-width: 800px) 70vw, 90vw' }), ['640w', '1080w', '1920w'])
  assert.deepEqual(widths({ width: 100, sizes: '300px' }), ['32w', '128w', '384w', '640w', '1080w', '1920w'])
})

test('without sizes, what fills its box is taken for as wide as the screen', () => {
  const [img] = elements(render({ src: '/hero.jpg', fill: true }), 'img')
  assert.equal(img.sizes, '100vw')
  assert.match(img.style, /position:absolute/)
  assert.equal(img.width, undefined)
})

test('a static import brings its sides; one side gives the other', () => {
  const sides = (props) => {
    const [{ width, height }] = elements(render({ src: HERO, ...props }), 'img')
    return [width, height]
  }
  assert.deepEqual(sides({}), ['1200', '800'])
  assert.deepEqual(sides({ width: 600 }), ['600', '400'])
  assert.deepEqual(sides({ height: '400' }), ['600', '400'])
  assert.deepEqual(sides({ src: { default: HERO } }), ['1200', '800'])
})

test('pictures are lazy unless they are preloaded', () => {
  const [lazy] = elements(render({ src: HERO }), 'img')
  assert.equal(lazy.loading, 'lazy')
  assert.equal(elements(render({ src: HERO }), 'link').length, 0)
  const [eager] = elements(render({ src: HERO, preload: true }), 'img')
  assert.equal(eager.loading, undefined)
  assert.equal(eager.fetchPriority ?? eager.fetchpriority, 'high')
})

test('only the first format is preloaded, with the type that lets a browser decline', () => {
  for (const name of ['preload', 'priority']) {
    const html = render({ src: HERO, sizes: '50vw', [name]: true })
    const links = elements(html, 'link')
    assert.equal(links.length, 1)
    const [link] = links
    assert.deepEqual([link.rel, link.as, link.type, link.imageSizes], ['preload', 'image', 'image/avif', '50vw'])
    assert.equal(link.imageSrcSet, elements(html, 'source')[0].srcSet)
  }
})

test('a blur is a background that the picture covers, inlined', () => {
  const [{ style }] = elements(render({ src: HERO, placeholder: 'blur', style: { objectFit: 'contain' } }), 'img')
  assert.match(style, /background-size:contain/)
  assert.match(style, /background-image:url\("data:image\/svg\+xml,/)
  const svg = decodeURIComponent(/svg\+xml,([^"]*)"/.exec(style)[1])
  assert.match(svg, /viewBox='0 0 320 213'/)
  assert.ok(svg.includes(HERO.blurDataURL))
  assert.equal(elements(render({ src: HERO }), 'img')[0].style, undefined)
})

test('all that getImage returns can be spread', () => {
  const image = {
    src: '/hero.jpg',
    width: 40,
    height: 30,
    blurDataURL: HERO.blurDataURL,
    thumbhash: 'YTkG',
    color: '#aabbcc',
  }
  const html = render({ ...image, placeholder: 'color' })
  assert.match(elements(html, 'img')[0].style, /background-color:#aabbcc/)
  assert.doesNotMatch(html, /thumbhash|YTkG| color=/)
})

test('SVG, data and unoptimized sources are a plain img', () => {
  for (const props of [
    { src: '/a.svg' },
    { src: 'data:image/png;base64,AA' },
    { src: '/hero.jpg', unoptimized: true },
  ]) {
    const html = render({ width: 10, height: 10, ...props })
    assert.match(html, /^<img /)
    const [img] = elements(html, 'img')
    assert.equal(img.src, props.src)
    assert.equal(img.srcSet, undefined)
  }
})

test('other props are the img’s; the source comes after all that decides how it loads', () => {
  const html = render({ src: HERO, id: 'a', className: 'b', 'data-x': 'c', sizes: '10px', style: { color: 'red' } })
  const [img] = elements(html, 'img')
  assert.deepEqual([img.id, img.class, img['data-x']], ['a', 'b', 'c'])
  const names = Object.keys(img)
  assert.deepEqual(names.slice(-2), ['srcSet', 'src'])
  assert.ok(names.indexOf('sizes') < names.indexOf('srcSet'))
})

test('mistakes are told in development, and only there', () => {
  const faults = [
    [{ src: '' }, /src/],
    [{ src: '/a.jpg', alt: undefined, fill: true }, /alt/],
    [{ src: '/a.jpg' }, /width and height, or fill/],
    [{ src: '/a.jpg', fill: true, placeholder: 'blur' }, /blurDataURL/],
    [{ src: '/a.jpg', fill: true, placeholder: 'color' }, /color/],
  ]
  for (const [props, message] of faults) assert.throws(() => render(props), message)
  const html = inProcess(`${RENDER} return render({ src: '/a.jpg' })`, { env: { NODE_ENV: 'production' } })
  assert.match(html, /<img /)
})

test('a Server Component may use it: it renders with the server’s React', () => {
  const code = `const element = Picture({ src: '/hero.jpg', alt: '', width: 100, height: 50, preload: true });
    return [element.type, element.props.children.length]`
  const settings = { ...SETTINGS, files: 'webp' }
  const flags = ['--conditions', 'react-server']
  assert.deepEqual(inProcess(code, { settings, flags }), ['picture', 3])
})

test('nothing but React and the loader is imported', () => {
  const folder = fileURLToPath(new URL('../lib/react', import.meta.url))
  const specifiers = readdirSync(folder).flatMap((name) =>
    [...readFileSync(`${folder}/${name}`, 'utf8').matchAll(/from '([^']+)'/g)].map(([, specifier]) => specifier),
  )
  const foreign = new Set(specifiers.filter((specifier) => !specifier.startsWith('./')))
  assert.deepEqual([...foreign].sort(), ['../next/loader.js', 'react', 'react-dom'])
})

test('imageSet offers each format for one and two pixels', () => {
  const parts = imageSet('/hero.jpg', { width: 100 })
    .match(/^image-set\((.*)\)$/)[1]
    .split(', ')
  assert.deepEqual(
    parts.map((part) => part.replace(/^url\(".*-(\d+-75\.\w+)"\)/, '$1')),
    [
      '128-75.avif type("image/avif") 1x',
      '384-75.avif type("image/avif") 2x',
      '128-75.webp type("image/webp") 1x',
      '384-75.webp type("image/webp") 2x',
      '128-75.jpg 1x',
      '384-75.jpg 2x',
    ],
  )
  assert.match(imageSet(HERO), /-1920-75\.avif"\) type\("image\/avif"\) 1x/, 'a static import brings its width')
})

test('imageSet keeps CSS and HTML whole, whatever the source is named', () => {
  const source = 'data:image/svg+xml,<svg a="b"/>\\\n</style>'
  assert.equal(
    imageSet(source, { width: 10 }),
    String.raw`url("data:image/svg+xml,\3c svg a=\22 b\22 />\5c \a \3c /style>")`,
  )
  assert.throws(() => imageSet('/hero.jpg'), /Expected the width in pixels/)
})
