// Two apps behind one domain: zone A answers, and hands `/docs` to zone B. Their pictures have the same names and other widths.
import { makePng } from '../pictures.js'
import { buildApp, LAYOUT } from './next-app.js'

/** By the width of a picture one sees whose it is. */
export const WIDTHS = { a: 300, b: 200 }

const page = (folder, picture) => `import Image from 'next/image'
import imported from '${folder}/pictures/imported.png'

export default function Page() {
  return (
    <main>
      <Image src={imported} alt="imported" />
      <Image src="${picture}" alt="public" width={320} height={240} />
    </main>
  )
}
`

const writeConfig = (config, isPlain) =>
  isPlain
    ? `export default ${config}\n`
    : `import { withPixmill } from 'pixmill/next'\nexport default withPixmill(${config}, { memory: '128mb', threads: 1 })\n`

const IMAGES = { formats: ['image/avif', 'image/webp'] }

/** Zone A with B at `origin`. */
export function buildA(origin, { isPlain = false, images, ...config } = {}) {
  const end = config.trailingSlash ? '/' : ''
  const rewrites = ['docs', 'docs-static'].flatMap((name) => [
    { source: `/${name}`, destination: `${origin}/${name}${end}` },
    { source: `/${name}/:path+`, destination: `${origin}/${name}/:path+${end}` },
  ])
  const text = `{ ...${JSON.stringify({ ...config, images: { ...IMAGES, ...images } })}, rewrites: async () => (${JSON.stringify(rewrites)}) }`
  const picture = makePng(WIDTHS.a, 200)
  return buildApp({
    'app/layout.js': LAYOUT,
    'app/page.js': page('..', '/picture.png'),
    'pictures/imported.png': picture,
    'public/picture.png': picture,
    'next.config.mjs': writeConfig(text, isPlain),
  })
}

/** Zone B: its pages lie under `/docs`, by a base path or by its own folders. */
export function buildB({ isPlain = false, images, ...config } = {}) {
  const picture = makePng(WIDTHS.b, 150)
  const folder = config.basePath ? '' : 'docs/'
  return buildApp({
    'app/layout.js': LAYOUT,
    [`app/${folder}page.js`]: page(config.basePath ? '..' : '../..', '/docs/picture.png'),
    'pictures/imported.png': picture,
    [`public/${folder}picture.png`]: picture,
    'next.config.mjs': writeConfig(JSON.stringify({ ...config, images: { ...IMAGES, ...images } }), isPlain),
  })
}
