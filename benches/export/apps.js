// Two Next.js apps that show the same photographs in the same widths: one exported by pixmill, one by next-image-export-optimizer. Built once; what is measured
// is the image step alone, and `forget` takes an app back to the moment before it.
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FOLDER, listFiles, parseVariant } from '../../__test__/export/browser-check.js'
import { buildNext, createApp, forgetPictures, writeFiles } from '../../__test__/export/install.js'

export const NEXT = '16.4.6'
export const RIVAL = 'next-image-export-optimizer'
export const RIVAL_VERSION = '1.21.1'
export const QUALITY = 75

/** The rival's documented configuration. */
const SIZES = {
  imageSizes: [16, 32, 48, 64, 96, 128, 256, 384],
  deviceSizes: [640, 750, 828, 1080, 1200, 1920, 2048, 3840],
}
export const WIDTHS = [...SIZES.imageSizes, ...SIZES.deviceSizes]

const LAYOUT = 'export default ({ children }) => <html lang="en"><body>{children}</body></html>\n'

/** A width in pixels makes `next/image` offer every configured width. */
function writePage(photographs, component) {
  const images = photographs.map(
    ({ name, width, height }) =>
      `    <Image alt="" src="/images/${name}" width={${width}} height={${height}} sizes="100px" />`,
  )
  return `import Image from '${component}'\n\nexport default () => (\n  <main>\n${images.join('\n')}\n  </main>\n)\n`
}

function writeConfig(rival) {
  const ours = { output: 'export', images: SIZES }
  if (!rival) return `import { withPixmill } from 'pixmill/next'\nexport default withPixmill(${JSON.stringify(ours)})\n`
  // Placeholders too, since pixmill makes them.
  const env = Object.entries({
    imageFolderPath: 'public/images',
    exportFolderPath: 'out',
    quality: `${QUALITY}`,
    storePicturesInWEBP: 'true',
    generateAndUseBlurImages: 'true',
  }).map(([key, value]) => [`nextImageExportOptimizer_${key}`, value])
  const theirs = {
    output: 'export',
    images: { ...SIZES, loader: 'custom' },
    transpilePackages: [RIVAL],
    env: Object.fromEntries(env),
  }
  return `export default ${JSON.stringify(theirs)}\n`
}

function writeApp(app, photographs, rival) {
  writeFiles(app, {
    'next.config.mjs': writeConfig(rival),
    'app/layout.js': LAYOUT,
    'app/page.js': writePage(photographs, rival ? RIVAL : 'next/image'),
  })
  mkdirSync(join(app, 'public', 'images'), { recursive: true })
  for (const { name, path } of photographs) copyFileSync(path, join(app, 'public', 'images', name))
}

/** `{ name, app, script, args, forget(), list() }`, the last one giving `{ photo, width, path }` for each file made. */
export async function prepareContenders(work, photographs) {
  return [await prepareOurs(photographs), await prepareRival(join(work, RIVAL), photographs)]
}

async function prepareOurs(photographs) {
  const app = await createApp(NEXT, {})
  writeApp(app, photographs, false)
  await assertBuilt(app)
  const ids = new Map(readManifest(app).map(({ source, variants }) => [parseVariant(variants[0].file).id, source]))
  const output = join(app, 'out', FOLDER)
  return {
    name: 'pixmill',
    app,
    script: join(app, 'node_modules', 'pixmill', 'dist', 'cli', 'main.js'),
    args: ['export', '--root', app],
    forget: () => forgetPictures(app),
    list: () =>
      listFiles(output)
        .filter((file) => file !== 'manifest.json')
        .map((file) => {
          const { id, width } = parseVariant(file)
          return { photo: ids.get(id).replace('/images/', ''), width, path: join(output, file) }
        }),
  }
}

const readManifest = (app) => JSON.parse(readFileSync(join(app, 'out', FOLDER, 'manifest.json'), 'utf8')).sources

async function prepareRival(app, photographs) {
  install(app)
  for (const name of ['out', '.next', 'public']) rmSync(join(app, name), { recursive: true, force: true })
  writeApp(app, photographs, true)
  await assertBuilt(app)
  const made = join('images', 'nextImageExportOptimizer')
  return {
    name: RIVAL,
    app,
    script: join(app, 'node_modules', RIVAL, 'dist', 'optimizeImages.js'),
    args: [],
    forget() {
      for (const folder of ['public', 'out']) rmSync(join(app, folder, made), { recursive: true, force: true })
      rmSync(join(app, 'public', 'images', `${RIVAL}-hashes.json`), { force: true })
    },
    list() {
      const output = join(app, 'out', made)
      const stems = new Map(photographs.map(({ name }) => [name.replace(/\.\w+$/, ''), name]))
      return listFiles(output).map((file) => {
        const [, stem, width] = /^(.+)-opt-(\d+)\.WEBP$/.exec(file)
        return { photo: stems.get(stem), width: Number(width), path: join(output, file) }
      })
    },
  }
}

function install(app) {
  if (existsSync(join(app, 'node_modules', RIVAL))) return
  mkdirSync(app, { recursive: true })
  const dependencies = { next: NEXT, react: '19.1.1', 'react-dom': '19.1.1', [RIVAL]: RIVAL_VERSION }
  writeFileSync(join(app, 'package.json'), JSON.stringify({ private: true, dependencies }))
  execFileSync('npm', ['install', '--no-audit', '--no-fund'], { cwd: app, stdio: 'ignore' })
}

async function assertBuilt(app) {
  const { code, output } = await buildNext(app)
  if (code !== 0) throw new Error(`next build ended with ${code} in ${app}:\n${output.slice(-2000)}`)
}
