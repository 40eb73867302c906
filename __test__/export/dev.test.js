// `next dev` in a project with `output: 'export'`: pictures are made on request, as in every other project.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { findPictures } from '../next/matrix/crawl.js'
import { readPicture } from '../next/matrix/dimensions.js'
import { findPort, startServer } from '../next/matrix/process.js'
import { makePng } from '../pictures.js'
import { LAYOUT, writeConfig } from './app.js'
import { createApp, devCommand } from './install.js'

const APP = {
  'next.config.mjs': writeConfig({ output: 'export' }),
  'app/layout.js': LAYOUT,
  'app/page.js': `import Image from 'next/image'
import imported from '../photos/imported.png'

export default function Page() {
  return (
    <main>
      <Image src={imported} alt="" />
      <Image src="/public.png" alt="" width={300} height={200} />
    </main>
  )
}
`,
  'photos/imported.png': makePng(600, 300),
  'public/public.png': makePng(600, 400),
}

for (const version of ['16.4.6', '15.5.29']) {
  test(`next dev ${version} optimizes on request and writes no files`, async (t) => {
    const app = await createApp(version, APP)
    const port = await findPort()
    const server = await startServer('node', devCommand(port), { cwd: app, port })
    t.after(server.stop)
    const html = await (await fetch(server.origin)).text()
    const urls = findPictures(html)
    assert.equal(urls.length, 4)
    for (const url of urls) {
      const response = await fetch(server.origin + url, { headers: { accept: 'image/webp' } })
      const picture = readPicture(Buffer.from(await response.arrayBuffer()))
      const width = Math.min(Number(new URL(url, server.origin).searchParams.get('w')), 600)
      assert.deepEqual([response.status, picture], [200, { type: 'image/webp', width }], url)
    }
    assert.equal(existsSync(join(app, 'out')), false)
  })
}
