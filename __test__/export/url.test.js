// `withPixmill(config, { url })` in a static export: the pages ask a running service, and the build writes no pictures.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { findPictures } from '../next/matrix/crawl.js'
import { makePng } from '../pictures.js'
import { LAYOUT, writeConfig } from './app.js'
import { FOLDER } from './browser-check.js'
import { buildNext, createApp } from './install.js'

const url = 'https://pictures.example.com/_next/image'

test('with a url every picture points to that service and there are no files of ours', async () => {
  const app = await createApp('16.4.6', {
    'next.config.mjs': writeConfig({ output: 'export' }, { url }),
    'app/layout.js': LAYOUT,
    'app/page.js': `import Image from 'next/image'

export default function Page() {
  return <Image src="/public.png" alt="" width={300} height={200} />
}
`,
    'public/public.png': makePng(600, 400),
  })
  const { code, output } = await buildNext(app)
  assert.equal(code, 0, output)
  const urls = findPictures(readFileSync(join(app, 'out', 'index.html'), 'utf8'))
  assert.deepEqual(
    urls.toSorted(),
    [384, 640].map((width) => `${url}?url=%2Fpublic.png&w=${width}&q=75`),
  )
  assert.equal(existsSync(join(app, 'out', FOLDER)), false)
})
