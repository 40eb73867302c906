// Pictures that cannot be optimized: the build ends well and names each with its page; with `strict` it fails.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { makePng } from '../pictures.js'
import { LAYOUT, writeConfig } from './app.js'
import { FOLDER, listFiles, parseVariant } from './browser-check.js'
import { readManifest } from './export-app.js'
import { buildNext, createApp } from './install.js'
import { preparePhotographs } from './photographs.js'
import { serveRemote } from './static-server.js'

let remote
before(async () => {
  remote = await serveRemote([])
})
after(() => remote?.close())

/** A JPEG whose head is right and whose pictures lines are not there. */
async function makeCorrupt() {
  const photographs = await preparePhotographs()
  const whole = readFileSync(photographs.find(({ name }) => name.endsWith('.jpg')).path)
  return whole.subarray(0, 300)
}

const writePage = (source) => `import Image from 'next/image'

export default function Page() {
  return <Image src={${JSON.stringify(source)}} alt="" width={320} height={200} />
}
`

/** A page for each of the pictures in `names`, among `corrupt`, `gone` and `good`. */
async function build(names, options) {
  const sources = { corrupt: '/corrupt.jpg', gone: `${remote.origin}/remote/gone.jpg`, good: '/good.png' }
  const pages = names.map((name) => [`app/${name}/page.js`, writePage(sources[name])])
  const { hostname, port } = new URL(remote.origin)
  const images = { remotePatterns: [{ protocol: 'http', hostname, port }], dangerouslyAllowLocalIP: true }
  const corrupt = await makeCorrupt()
  const app = await createApp('16.4.6', {
    'next.config.mjs': writeConfig({ output: 'export', images }, options),
    'app/layout.js': LAYOUT,
    'public/corrupt.jpg': corrupt,
    'public/good.png': makePng(600, 400),
    ...Object.fromEntries(pages),
  })
  return { app, corrupt, sources, ...(await buildNext(app)) }
}

test('a corrupt picture and a remote 404 leave the build well, and both are named with their page', async (t) => {
  const { app, corrupt, sources, code, output } = await build(['corrupt', 'gone', 'good'])
  assert.equal(code, 0, output)
  const read = (name) => readManifest(app).sources.find(({ source }) => source === sources[name])

  await t.test('the output of the build says so', () => {
    assert.match(output, /\/corrupt\.jpg[\s\S]*corrupt\.html/)
    assert.match(output, /\/remote\/gone\.jpg[\s\S]*gone\.html/)
  })
  await t.test('the bytes of the corrupt one are shipped under each of its URLs', () => {
    const html = readFileSync(join(app, 'out', 'corrupt.html'), 'utf8')
    const urls = [...new Set(html.match(/\/_next\/image\/[\w-]+\/[\w.-]+/g))]
    assert.equal(urls.length, 2)
    for (const url of urls) assert.deepEqual(readFileSync(join(app, 'out', url)), corrupt)
    assert.equal(read('corrupt').status, 'original')
  })
  await t.test('the 404 is listed as missing, and nothing is shipped for it', () => {
    assert.deepEqual([read('gone').status, read('gone').variants], ['missing', []])
    const id = /\/_next\/image\/([\w-]+)\//.exec(readFileSync(join(app, 'out', 'gone.html'), 'utf8'))[1]
    const files = listFiles(join(app, 'out', FOLDER))
    assert.ok(!files.some((file) => parseVariant(file)?.id === id))
  })
  await t.test('the good one is none the worse', () => {
    assert.equal(read('good').status, 'optimized')
  })
})

for (const name of ['corrupt', 'gone']) {
  test(`strict: ${name} alone fails the build and is named with its page`, async () => {
    const { code, output } = await build([name, 'good'], { strict: true })
    assert.equal(code, 1, output)
    assert.match(output, new RegExp(`${name}\\.jpg[\\s\\S]*${name}\\.html`))
  })
}

test('strict: good pictures build', async () => {
  const { code, output } = await build(['good'], { strict: true })
  assert.equal(code, 0, output)
})
