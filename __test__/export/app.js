/**
 * The files of a Next app that shows sixty photographs in every way there is: imported, from `public/`, remote, after a click; `fill`, `sizes`, 1x and 2x,
 * `getImageProps`, a quality, the Pages Router. Plain text; `withPixmill` in `next.config` is the only word of pixmill in it.
 */
import { readFileSync } from 'node:fs'

export const QUALITIES = [60, 75]

/** How many photographs come in each way, in this order. */
const SHARES = { imported: 15, public: 12, legacy: 3, remote: 15, clientImported: 5, clientPublic: 5, props: 5 }
/** The same for an app that has to be small. */
const FEW = { imported: 3, public: 2, legacy: 1, remote: 2, clientImported: 1, clientPublic: 1, props: 3 }
export const FEW_COUNT = Object.values(FEW).reduce((sum, count) => sum + count, 0)

/** `config` is added to the `next.config`; `remote` is the origin of remote pictures. */
export function createSite(photographs, { config, options, remote }) {
  const shares = shareOut(photographs)
  const clientOnly = [...shares.clientImported, ...shares.clientPublic]
  return {
    pages: ['/', '/public', '/legacy', '/remote', '/client', '/props'],
    // Others are in scripts too, by webpack and by the Pages Router, but all that these ask for is on their pages.
    clientOnly: new Set(clientOnly.map(({ name }) => name)),
    files: {
      'next.config.mjs': writeConfig({ ...config, images: toImages(remote) }, options),
      ...writePictures(shares),
      ...writePages(shares, remote),
    },
  }
}

/** Names with a space and an umlaut among them: a URL of ours must hold neither. */
function shareOut(photographs) {
  let start = 0
  const entries = Object.entries(photographs.length === FEW_COUNT ? FEW : SHARES).map(([way, count]) => {
    const share = photographs.slice(start, start + count)
    start += count
    return [way, share]
  })
  return Object.fromEntries(entries)
}

function toImages(remote) {
  const { hostname, port } = new URL(remote)
  return {
    qualities: QUALITIES,
    remotePatterns: [{ protocol: 'http', hostname, port }],
    dangerouslyAllowLocalIP: true,
  }
}

export function writeConfig(config, options) {
  const args = [config, options].filter(Boolean).map((value) => JSON.stringify(value, null, 2))
  return `import { withPixmill } from 'pixmill/next'\n\nexport default withPixmill(${args.join(', ')})\n`
}

/** Where a photograph of `public/` lies there; every fifth has a name that a URL must encode. */
const publicName = ({ name }, index) => `pictures/${index % 5 === 4 ? `Süd ufer ${name}` : name}`

function writePictures({ imported, clientImported, ...others }) {
  const below = (folder, list) => list.map((photograph) => [`${folder}/${photograph.name}`, read(photograph)])
  const open = ['public', 'legacy', 'clientPublic', 'props'].flatMap((way) =>
    others[way].map((photograph, index) => [`public/${publicName(photograph, index)}`, read(photograph)]),
  )
  return Object.fromEntries([...below('photos', imported), ...below('photos', clientImported), ...open])
}

const read = ({ path }) => readFileSync(path)

function writePages(shares, remote) {
  const fromPublic = (photograph, index) => JSON.stringify(`/${publicName(photograph, index)}`)
  const fromRemote = ({ name }, index) =>
    JSON.stringify(`${remote}/remote/${encodeURIComponent(name)}${index % 5 === 4 ? '?crop=1&v=2' : ''}`)
  return {
    'app/layout.js': LAYOUT,
    'app/page.js': writePage(shares.imported, (_, index) => `photo${index}`, writeImports(shares.imported, '..')),
    'app/public/page.js': writePage(shares.public, fromPublic),
    'pages/legacy.js': writePage(shares.legacy, fromPublic),
    'app/remote/page.js': writePage(shares.remote, fromRemote),
    'app/client/page.js': writeClientPage(shares, fromPublic),
    'app/props/page.js': writePropsPage(shares.props, fromPublic),
  }
}

export const LAYOUT = `export default function Layout({ children }) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  )
}
`

const writeImports = (photographs, up) =>
  photographs.map(({ name }, index) => `import photo${index} from '${up}/photos/${name}'\n`).join('')

function writePage(photographs, toSource, imports = '') {
  return `import Image from 'next/image'
${imports}
export default function Page() {
  return (
    <main>
${writeImages(photographs, toSource)}
    </main>
  )
}
`
}

function writeImages(photographs, toSource) {
  return photographs
    .map((photograph, index) => writeImage(photograph, toSource(photograph, index), index))
    .map((line) => `      ${line}`)
    .join('\n')
}

/** The ways in which `next/image` is told its size, in turn. */
function writeImage(photograph, source, index) {
  const box = { width: 320, height: Math.round((320 * photograph.height) / photograph.width) }
  const imported = source.startsWith('photo')
  const natural = imported ? '' : writeSize(photograph)
  const frame = (image) => `<div style={{ position: 'relative', width: '50vw', height: 300 }}>${image}</div>`
  const image = (attributes) => `<Image data-photo="${photograph.name}" alt="" src={${source}} ${attributes} />`
  const ways = [
    () => image(`${imported ? 'placeholder="blur" ' : ''}${natural} style={{ width: '100%', height: 'auto' }}`),
    () => image(`${natural} sizes="(max-width: 700px) 100vw, 33vw" style={{ width: '33vw', height: 'auto' }}`),
    () => image(writeSize(box)),
    () => frame(image('fill sizes="50vw"')),
    () => frame(image('fill')),
    () => image(`${writeSize(box)} quality={60} priority`),
  ]
  return ways[index % ways.length]()
}

const writeSize = ({ width, height }) => `width={${width}} height={${height}}`

function writeClientPage({ clientImported, clientPublic }, fromPublic) {
  return `'use client'
import Image from 'next/image'
import { useState } from 'react'
${writeImports(clientImported, '../..')}
export default function Page() {
  const [isOpen, setOpen] = useState(false)
  return (
    <main>
      <button type="button" data-reveal onClick={() => setOpen(true)}>Show all</button>
      {isOpen && <section>
${writeImages(clientImported, (_, index) => `photo${index}`).replaceAll('quality={60} ', '')}
${writeImages(clientPublic, fromPublic)}
      </section>}
    </main>
  )
}
`
}

/** Art direction in a `<picture>`, and a background of two resolutions. */
function writePropsPage(photographs, toSource) {
  const sources = photographs.map((photograph, index) => ({ ...photograph, source: toSource(photograph, index) }))
  const background = sources.at(-1)
  return `import { getImageProps } from 'next/image'

const toProps = (photo) => getImageProps({ alt: '', ...photo }).props

export default function Page() {
  const background = toProps({ src: ${background.source}, width: 400, height: 300 })
  const set = background.srcSet.split(', ').map((candidate) => candidate.split(' '))
  const imageSet = 'image-set(' + set.map(([url, density]) => 'url("' + url + '") ' + density).join(', ') + ')'
  return (
    <main>
${pairUp(sources.slice(0, -1)).map(writePicture).join('\n')}
      <div data-photo="${background.name}" style={{ width: 400, height: 300, backgroundImage: imageSet }} />
    </main>
  )
}
`
}

const pairUp = (list) => list.flatMap((one, index) => (index % 2 === 0 ? [[one, list[index + 1]]] : []))

function writePicture([narrow, wide]) {
  return `      <picture>
        <source data-photo="${narrow.name}" media="(max-width: 700px)" srcSet={toProps({ src: ${narrow.source}, ${size(narrow)}, sizes: '100vw' }).srcSet} sizes="100vw" />
        <img data-photo="${wide.name}" {...toProps({ src: ${wide.source}, ${size(wide)}, sizes: '66vw' })} style={{ width: '66vw', height: 'auto' }} />
      </picture>`
}

const size = ({ width, height }) => `width: ${width}, height: ${height}`
