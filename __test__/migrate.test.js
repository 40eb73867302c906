/** `pixmill migrate`: what it changes in a project, what it leaves, what it tells. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { formatDiff } from '../dist/cli/migrate/diff.js'
import { loadParser } from '../dist/cli/migrate/parser.js'
import { planMigration } from '../dist/cli/migrate/plan.js'
import { splice } from '../dist/cli/migrate/splice.js'
import { runCli } from './cli-process.js'

/** A folder with these texts, gone with the test. */
function makeProject(t, files) {
  const project = mkdtempSync(join(tmpdir(), 'pixmill-migrate-'))
  t.after(() => rmSync(project, { recursive: true, force: true }))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(project, path)), { recursive: true })
    writeFileSync(join(project, path), text)
  }
  return project
}

const plan = (project) => planMigration(project, () => loadParser(project, 'npm install -D'))

/** The file after the move, and what was told of it. */
async function migrate(t, files, path = Object.keys(files)[0]) {
  const { files: changed, findings, commands } = await plan(makeProject(t, files))
  const file = changed.find((candidate) => candidate.path === path)
  const told = findings.filter((finding) => finding.file === path).map(({ line, text }) => `${line}: ${text}`)
  return { text: file ? splice(file.text, file.edits) : files[path], told, changed, commands }
}

const after = async (t, path, text) => (await migrate(t, { [path]: text })).text

test('the component gets the name of the new one, in tags, objects and exports', async (t) => {
  const text = await after(
    t,
    'page.tsx',
    `import ExportedImage from "next-image-export-optimizer"
export const Page = () => <p><ExportedImage src="/a.png" alt="" /><ExportedImage src="/b.png" alt=""></ExportedImage></p>
export const map = { ExportedImage, img: ExportedImage }
type Props = React.ComponentProps<typeof ExportedImage>
export { ExportedImage }
`,
  )
  assert.equal(
    text,
    `import Image from "next/image"
export const Page = () => <p><Image src="/a.png" alt="" /><Image src="/b.png" alt=""></Image></p>
export const map = { ExportedImage: Image, img: Image }
type Props = React.ComponentProps<typeof Image>
export { Image as ExportedImage }
`,
  )
})

test('a name that the user chose stays', async (t) => {
  const text = await after(
    t,
    'a.jsx',
    `import Img from 'next-image-export-optimizer'\nexport default () => <Img src="/a.png" />\n`,
  )
  assert.equal(text, `import Img from 'next/image'\nexport default () => <Img src="/a.png" />\n`)
})

test('the old name stays where the new one is taken', async (t) => {
  const text = await after(
    t,
    'a.jsx',
    `import ExportedImage from 'next-image-export-optimizer'\nconst probe = new Image()\nexport default () => <ExportedImage src="/a.png" />\n`,
  )
  assert.match(text, /^import ExportedImage from 'next\/image'\nconst probe = new Image\(\)/)
  assert.match(text, /<ExportedImage src/)
})

test('the old name stays where it is bound twice', async (t) => {
  const text = await after(
    t,
    'a.jsx',
    `import ExportedImage from 'next-image-export-optimizer'\nexport const f = (ExportedImage) => <ExportedImage src="/a.png" />\n`,
  )
  assert.equal(
    text,
    `import ExportedImage from 'next/image'\nexport const f = (ExportedImage) => <ExportedImage src="/a.png" />\n`,
  )
})

test('an import of next/image that is there already serves both', async (t) => {
  const text = await after(
    t,
    'a.jsx',
    `import Picture from 'next/image'\nimport ExportedImage from 'next-image-export-optimizer'\nexport default () => <><Picture src="/a.png" /><ExportedImage src="/b.png" /></>\n`,
  )
  assert.equal(
    text,
    `import Picture from 'next/image'\nexport default () => <><Picture src="/a.png" /><Picture src="/b.png" /></>\n`,
  )
})

test('two components of one package become one import', async (t) => {
  const text = await after(
    t,
    'a.jsx',
    `import Image from 'next-export-optimize-images/image'\nimport RemoteImage from 'next-export-optimize-images/remote-image'\nexport default () => <><Image src="/a.png" /><RemoteImage src="https://x.example/b.png" /></>\n`,
  )
  assert.equal(
    text,
    `import Image from 'next/image'\nexport default () => <><Image src="/a.png" /><Image src="https://x.example/b.png" /></>\n`,
  )
})

test('Picture is a named import', async (t) => {
  assert.equal(
    await after(t, 'a.jsx', `import Picture from 'next-export-optimize-images/picture'\n<Picture src="/a.png" />\n`),
    `import { Picture } from 'pixmill/react'\n<Picture src="/a.png" />\n`,
  )
  assert.equal(
    await after(
      t,
      'b.jsx',
      `import RemotePicture from 'next-export-optimize-images/remote-picture'\n<RemotePicture src="https://x.example/a.png" />\n`,
    ),
    `import { Picture } from 'pixmill/react'\n<Picture src="https://x.example/a.png" />\n`,
  )
  assert.equal(
    await after(t, 'c.jsx', `import Pic from 'next-export-optimize-images/picture'\n<Pic src="/a.png" />\n`),
    `import { Picture as Pic } from 'pixmill/react'\n<Pic src="/a.png" />\n`,
  )
})

test('named exports and types keep their local names', async (t) => {
  assert.equal(
    await after(
      t,
      'a.ts',
      `import { getOptimizedImageProps } from 'next-export-optimize-images/image'\ngetOptimizedImageProps({})\n`,
    ),
    `import { getImageProps as getOptimizedImageProps } from 'next/image'\ngetOptimizedImageProps({})\n`,
  )
  assert.equal(
    await after(
      t,
      'b.ts',
      `import type { ExportedImageProps } from 'next-image-export-optimizer'\nexport type P = ExportedImageProps\n`,
    ),
    `import type { ImageProps as ExportedImageProps } from 'next/image'\nexport type P = ExportedImageProps\n`,
  )
})

test('require, dynamic import, re-export and mocks follow', async (t) => {
  const text = await after(
    t,
    'a.jsx',
    `const Old = require('next-image-export-optimizer').default
const Lazy = dynamic(() => import('next-image-export-optimizer'))
const LazyPicture = dynamic(() => import("next-export-optimize-images/picture"))
const Pic = require('next-export-optimize-images/picture').default
export { default as Img } from 'next-image-export-optimizer'
export { default } from 'next-export-optimize-images/picture'
jest.mock('next-image-export-optimizer', () => () => null)
export const all = <><Old basePath="/docs" src="/a.png" /><Lazy basePath="/docs" src="a.png" /></>
`,
  )
  assert.equal(
    text,
    `const Old = require('next/image').default
const Lazy = dynamic(() => import('next/image'))
const LazyPicture = dynamic(() => import("pixmill/react").then(({ Picture }) => ({ default: Picture })))
const Pic = require('pixmill/react').Picture
export { default as Img } from 'next/image'
export { Picture as default } from 'pixmill/react'
jest.mock('next/image', () => () => null)
export const all = <><Old src="/a.png" /><Lazy src="/a.png" /></>
`,
  )
})

test('basePath goes, a path gets its slash, the rest of an element stays', async (t) => {
  const { text, told } = await migrate(t, {
    'a.tsx': `import ExportedImage from 'next-image-export-optimizer'
export const a = (
  <ExportedImage
    // the base path
    basePath={process.env.BASE_PATH}
    src="images/a.jpg"
    alt="a > b" /* kept */
    overrideSrc="/b.jpg"
  />
)
export const b = <ExportedImage basePath="/docs" src={\`images/\${n}.jpg\`} />
export const c = <ExportedImage basePath="/docs" src={'https://x.example/c.jpg'} />
`,
  })
  assert.equal(
    text,
    `import Image from 'next/image'
export const a = (
  <Image
    // the base path
    src="/images/a.jpg"
    alt="a > b" /* kept */
    overrideSrc="/b.jpg"
  />
)
export const b = <Image src={\`/images/\${n}.jpg\`} />
export const c = <Image src={'https://x.example/c.jpg'} />
`,
  )
  assert.deepEqual(told, [])
})

test('a picture that is shown as it is gets its base path into src, or is told', async (t) => {
  const { text, told } = await migrate(t, {
    'a.jsx': `import I from 'next-image-export-optimizer'
import logo from './logo.svg'
const a = <I unoptimized basePath="/docs/" src="a.png" />
const b = <I src="/b.svg" basePath={base} />
const c = <I unoptimized basePath="/docs" src={logo} />
const d = <I unoptimized basePath="/docs" src={other} />
`,
  })
  assert.equal(
    text,
    `import I from 'next/image'
import logo from './logo.svg'
const a = <I unoptimized src="/docs/a.png" />
const b = <I src={\`\${base}/b.svg\`} />
const c = <I unoptimized src={logo} />
const d = <I unoptimized src={other} />
`,
  )
  assert.equal(told.length, 1)
  assert.match(told[0], /^6: .*put the base path in front of its src/)
})

test('any other text that names the package is told', async (t) => {
  const { told, text } = await migrate(t, {
    'a.d.ts': `declare module 'next-image-export-optimizer' {}\n`,
  })
  assert.match(text, /^declare module 'next-image-export-optimizer'/)
  assert.deepEqual(told, ['1: next-image-export-optimizer is still named here'])
})

test('a blur stays for imports and for those that bring one, and is taken from paths', async (t) => {
  const { text, told } = await migrate(t, {
    'a.jsx': `import Image from 'next-export-optimize-images/image'
import hero from './hero.jpg?x'
const a = <Image src={hero} placeholder="blur" />
const b = <Image src="/a.jpg" placeholder="blur" blurDataURL="data:image/png;base64,AA" />
const c = <Image src={require('./c.png')} placeholder="blur" />
const d = <Image src="/d.jpg" placeholder="blur" />
const e = <Image src={e} placeholder="blur" />
`,
  })
  assert.equal(text.match(/placeholder="blur"/g).length, 4)
  assert.match(text, /const d = <Image src="\/d.jpg" \/>/)
  assert.deepEqual(
    told.map((line) => line.slice(0, 12)),
    ['6: Taken out', '7: placehold'],
  )
})

test('the legacy component keeps its default layout and names what next/image does not read', async (t) => {
  const { text, told } = await migrate(t, {
    'a.jsx': `import ExportedImage from 'next-image-export-optimizer/legacy/ExportedImage'
const a = <ExportedImage src="/a.jpg" width={1} height={1} objectFit="cover" />
const b = <ExportedImage src="/b.jpg" layout="fill" objectFit="cover" lazyRoot={root} />
`,
  })
  assert.ok(text.includes('const a = <Image layout="intrinsic" src="/a.jpg" width={1} height={1} objectFit="cover" />'))
  assert.match(text, /const b = <Image src="\/b.jpg" layout="fill"/)
  assert.deepEqual(
    told.map((line) => line.split(' ').slice(0, 4).join(' ')),
    ['2: next/image reads objectFit', '3: next/image takes no'],
  )
})

test('CRLF, a byte order mark and a missing last line end are kept', async (t) => {
  const text = await after(
    t,
    'a.tsx',
    `\uFEFF'use client'\r\nimport ExportedImage from 'next-image-export-optimizer'\r\n\r\nexport default () => (\r\n  <ExportedImage\r\n    basePath="/x"\r\n    src="/a.png"\r\n  />\r\n)`,
  )
  assert.equal(
    text,
    `\uFEFF'use client'\r\nimport Image from 'next/image'\r\n\r\nexport default () => (\r\n  <Image\r\n    src="/a.png"\r\n  />\r\n)`,
  )
})

test('a file of types only, with type assertions, is read as one', async (t) => {
  const text = await after(
    t,
    'a.ts',
    `const n = <number>1\nexport * from 'next-export-optimize-images/image'\nexport type A = typeof import('next-image-export-optimizer')\n`,
  )
  assert.match(
    text,
    /^const n = <number>1\nexport \* from 'next\/image'\nexport type A = typeof import\('next\/image'\)/,
  )
})

test('what cannot be moved is told with its line', async (t) => {
  const { told, text } = await migrate(t, {
    'a.jsx': `import * as Old from 'next-image-export-optimizer'\nimport x from 'next-export-optimize-images/other'\nimport Picture from 'next-export-optimize-images/picture'\n<Picture loader={x} src="/a.png" />\n`,
  })
  assert.match(text, /^import \* as Old from 'next\/image'\nimport x from 'next-export-optimize-images\/other'/)
  assert.deepEqual(
    told.map((line) => line.slice(0, 2)),
    ['1:', '2:', '4:'],
  )
})

test('a file that cannot be parsed is told and no reason to leave the others', async (t) => {
  const { changed, told } = await migrate(t, {
    'broken.jsx': `import A from 'next-image-export-optimizer'\n<A src=`,
    'fine.jsx': `import A from 'next-image-export-optimizer'\n`,
  })
  assert.deepEqual(
    changed.map(({ path }) => path),
    ['fine.jsx'],
  )
  assert.match(told[0], /Change it by hand/)
})

test('MDX is told, not changed', async (t) => {
  const { changed, told } = await migrate(t, {
    'a.mdx': `# Hi\n\nimport ExportedImage from 'next-image-export-optimizer'\n`,
  })
  assert.deepEqual(changed, [])
  assert.match(told[0], /^3: Import Image from next\/image/)
})

const OPTIMIZER_CONFIG = `// @ts-check

/** @type {import('next').NextConfig} */
const nextConfig = {
  output: "export",
  images: {
    loader: "custom",
    deviceSizes: [640, 1080],
  },
  transpilePackages: ["next-image-export-optimizer"],
  env: {
    nextImageExportOptimizer_imageFolderPath: "public/images",
    nextImageExportOptimizer_quality: "75", // good enough
    nextImageExportOptimizer_storePicturesInWEBP: "true",
    MINE: "1",
  },
};

module.exports = nextConfig;
`

test('a next.config loses the old settings and gets withPixmill', async (t) => {
  assert.equal(
    await after(t, 'next.config.js', OPTIMIZER_CONFIG),
    `// @ts-check

const { withPixmill } = require("pixmill/next");

/** @type {import('next').NextConfig} */
const nextConfig = {
  output: "export",
  images: {
    deviceSizes: [640, 1080],
  },
  env: {
    MINE: "1",
  },
};

module.exports = withPixmill(nextConfig);
`,
  )
})

test('objects that only the old settings filled go with them', async (t) => {
  const text = `export default { output: 'export', images: { loader: 'custom' }, transpilePackages: ['next-image-export-optimizer', 'b'], env: { nextImageExportOptimizer_quality: '75' } }\n`
  assert.equal(
    await after(t, 'next.config.mjs', text),
    `import { withPixmill } from 'pixmill/next'\n\nexport default withPixmill({ output: 'export', transpilePackages: ['b'] })\n`,
  )
})

test('another quality becomes images.qualities', async (t) => {
  const written = OPTIMIZER_CONFIG.replace('quality: "75"', 'quality: "60"')
  assert.match(await after(t, 'next.config.js', written), /images: {\n {4}qualities: \[60\],\n {4}deviceSizes/)
  const none = `module.exports = { output: 'export', env: { nextImageExportOptimizer_quality: 60 } }\n`
  const text = await after(t, 'next.config.cjs', none)
  assert.ok(text.includes("module.exports = withPixmill({ images: { qualities: [60] }, output: 'export' })"), text)
})

test('the older form of the settings, inside images, makes room for what it says', async (t) => {
  const text = `module.exports = {\n  images: {\n    nextImageExportOptimizer: { quality: 50 },\n  },\n}\n`
  assert.equal(
    await after(t, 'next.config.js', text),
    `const { withPixmill } = require('pixmill/next')\n\nmodule.exports = withPixmill({\n  images: {\n    qualities: [50],\n  },\n})\n`,
  )
})

test('a config that is wrapped already loses the old settings as well', async (t) => {
  const { text } = await migrate(t, {
    'next.config.mjs': `import { withPixmill } from 'pixmill/next'\nexport default withPixmill({ images: { loader: 'custom' }, env: { nextImageExportOptimizer_quality: '60' } })\n`,
  })
  assert.equal(
    text,
    `import { withPixmill } from 'pixmill/next'\nexport default withPixmill({ images: { qualities: [60] } })\n`,
  )
})

test('hosts of listed remote pictures are allowed', async (t) => {
  const { text, told } = await migrate(t, {
    'next.config.ts': `import type { NextConfig } from 'next'\n\nconst config: NextConfig = {\n  images: {\n    loader: 'custom',\n  },\n  env: { nextImageExportOptimizer_quality: '60' },\n}\nexport default config satisfies NextConfig\n`,
    'remoteOptimizedImages.js': 'module.exports = ["https://x.example/a.jpg", "https://x.example/b.jpg"]\n',
  })
  assert.equal(
    text,
    `import type { NextConfig } from 'next'\nimport { withPixmill } from 'pixmill/next'\n\nconst config: NextConfig = {\n  images: {\n    qualities: [60],\n    remotePatterns: [{ protocol: 'https', hostname: 'x.example' }],\n  },\n}\nexport default withPixmill(config satisfies NextConfig)\n`,
  )
  assert.match(told.join('\n'), /remoteOptimizedImages\.js has no counterpart/)
})

test('withExportImages becomes withPixmill, with the settings of its file', async (t) => {
  const settings = `module.exports = { quality: 80, convertFormat: [['png', 'avif'], ['jpg', 'avif']], remoteImages: ['https://x.example/a.jpg'], sharpOptions: {} }\n`
  const { text, told } = await migrate(t, {
    'next.config.js': `const withExportImages = require('next-export-optimize-images')\n\nmodule.exports = withExportImages({\n  output: 'export',\n})\n`,
    'export-images.config.js': settings,
  })
  assert.equal(
    text,
    `const { withPixmill } = require('pixmill/next')\n\nmodule.exports = withPixmill({\n  images: { qualities: [80], remotePatterns: [{ protocol: 'https', hostname: 'x.example' }] },\n  output: 'export',\n}, { exportFormat: 'avif' })\n`,
  )
  assert.ok(told.some((line) => line.includes('sharpOptions')))
  assert.ok(told.some((line) => line.includes('Delete export-images.config.js')))
})

test('withExportImages as an import, in a function', async (t) => {
  assert.equal(
    await after(
      t,
      'next.config.mjs',
      `import withExportImages from "next-export-optimize-images"\nexport default async () => withExportImages({ output: 'export' })\n`,
    ),
    `import { withPixmill } from "pixmill/next"\nexport default async () => withPixmill({ output: 'export' })\n`,
  )
})

test('a config that cannot be wrapped is told what to write', async (t) => {
  const { text, told } = await migrate(t, {
    'next.config.js': `exports.env = { nextImageExportOptimizer_quality: '75' }\n`,
  })
  assert.doesNotMatch(text, /withPixmill/)
  assert.match(told.join('\n'), /Wrap what is exported: withPixmill\(config\)/)
})

test('scripts lose the old command, whoever runs it', async (t) => {
  const scripts = {
    build: 'next build && next-image-export-optimizer',
    yarn: 'next build && yarn next-image-export-optimizer --exportFolderPath out && echo "done"',
    both: 'NODE_ENV=production npx next-export-optimize-images && next build',
    only: 'next-export-optimize-images',
    other: 'concurrently "next build && next-image-export-optimizer"',
  }
  const written = JSON.stringify({ scripts, dependencies: { 'next-image-export-optimizer': '1' } }, null, 3)
  const { text, told, commands } = await migrate(t, { 'package.json': written, 'yarn.lock': '' })
  assert.equal(
    text,
    written
      .replace('next build && next-image-export-optimizer"', 'next build"')
      .replace(' && yarn next-image-export-optimizer --exportFolderPath out', '')
      .replace('NODE_ENV=production npx next-export-optimize-images && ', ''),
  )
  assert.deepEqual(
    told.map((line) => line[0]),
    ['4', '6', '7'],
  )
  assert.deepEqual(commands, ['yarn add pixmill', 'yarn remove next-image-export-optimizer'])
})

const PROJECT = {
  'package.json': `{ "scripts": { "build": "next build && next-image-export-optimizer" }, "devDependencies": { "next-image-export-optimizer": "1.21.1" } }\n`,
  'next.config.js': OPTIMIZER_CONFIG,
  'app/page.jsx': `import ExportedImage from 'next-image-export-optimizer'\nexport default () => <ExportedImage src="a.png" basePath="" />\n`,
  'app/legacy.jsx': `import ExportedImage from 'next-image-export-optimizer/legacy/ExportedImage'\nexport default () => <ExportedImage src="a.png" />\n`,
  'app/other.jsx': `import Image from 'next/image'\nexport default () => <Image basePath="/x" src="/a.png"   />\n`,
  'node_modules/a/index.js': `require('next-image-export-optimizer')\n`,
  '.next/server.js': `require('next-image-export-optimizer')\n`,
  'out/a.js': `require('next-image-export-optimizer')\n`,
  'public/images/nextImageExportOptimizer/a-opt-640.WEBP': '',
}

const readAll = (project) =>
  Object.fromEntries(
    readdirSync(project, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(project.length + 1), readFileSync(path, 'utf8')]),
  )

test('without --write nothing is written, and the diff is one that patch applies', async (t) => {
  const project = makeProject(t, PROJECT)
  const { code, stdout } = await runCli(['migrate', project])
  assert.equal(code, 0)
  assert.deepEqual(readAll(project), PROJECT)
  assert.match(stdout, /^--- a\/app\/legacy\.jsx\n\+\+\+ b\/app\/legacy\.jsx\n@@ -1,2 \+1,2 @@\n/)
  assert.match(stdout, /4 files would change/)
  assert.match(stdout, /npm uninstall next-image-export-optimizer/)
  assert.match(stdout, /public\/images\/nextImageExportOptimizer: Delete it/)
})

test('--write changes only what names the old package, and a second run changes nothing', async (t) => {
  const project = makeProject(t, PROJECT)
  await runCli(['migrate', '--write'], { cwd: project })
  const once = readAll(project)
  const changed = Object.keys(PROJECT).filter((path) => once[path] !== PROJECT[path])
  assert.deepEqual(changed, ['package.json', 'next.config.js', 'app/page.jsx', 'app/legacy.jsx'])
  assert.deepEqual(Object.keys(once).sort(), Object.keys(PROJECT).sort())
  const { stdout } = await runCli(['migrate', project, '--write'])
  assert.match(stdout, /^No file has to change/)
  assert.deepEqual(readAll(project), once)
})

test('--json says the same as data', async (t) => {
  const project = makeProject(t, PROJECT)
  const { stdout } = await runCli(['migrate', project, '--json'])
  const { written, files, byHand, commands } = JSON.parse(stdout)
  assert.equal(written, false)
  assert.deepEqual(
    files.map(({ path }) => path),
    ['app/legacy.jsx', 'app/page.jsx', 'next.config.js', 'package.json'],
  )
  assert.ok(byHand.every(({ file, text }) => typeof file === 'string' && typeof text === 'string'))
  assert.deepEqual(commands, ['npm install pixmill', 'npm uninstall next-image-export-optimizer'])
})

test('a project that has nothing of the old packages is left alone, and needs no parser', async (t) => {
  const project = makeProject(t, {
    'package.json': '{}',
    'next.config.js': 'module.exports = {}\n',
    'a.jsx': `import Image from 'next/image'\n`,
  })
  const result = await planMigration(project, () => assert.fail('nothing to parse'))
  assert.equal(result.isForeign, false)
})

test('a missing parser is named with the line that installs it', async (t) => {
  await assert.rejects(loadParser(makeProject(t, {}), 'pnpm add -D', []), /Run: pnpm add -D @babel\/parser@8\.1\.3$/)
})

test('the diff of a file is one that git applies', { skip: !hasGit() && 'no git' }, async (t) => {
  const lines = Array.from({ length: 30 }, (_, at) => `line ${at}`)
  const text = lines.join('\n')
  const edits = [
    { start: 0, end: 0, text: 'first\n' },
    { start: text.indexOf('line 9'), end: text.indexOf('line 11'), text: '' },
    { start: text.indexOf('line 12') + 4, end: text.indexOf('line 12') + 7, text: '\n\n12' },
    { start: text.length, end: text.length, text: ' and more' },
  ]
  const project = makeProject(t, { 'a.txt': text, 'a.patch': formatDiff('a.txt', text, edits) })
  execFileSync('git', ['apply', '--unsafe-paths', 'a.patch'], {
    cwd: project,
    env: { ...process.env, GIT_CEILING_DIRECTORIES: tmpdir() },
  })
  assert.equal(readFileSync(join(project, 'a.txt'), 'utf8'), splice(text, edits))
})

function hasGit() {
  return (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, 'git')))
}
