// A real browser on the pages of a Next app behind nginx: every picture is shown, and nobody gets what the proxy keeps for somebody else.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { launchChromium, openPage } from '../browser/chromium.js'
import { createProject } from '../http/app.js'
import { makePng } from '../pictures.js'
import { CLIENTS } from './clients.js'
import { buildApp, LAYOUT, layOut, startNext } from './next-app.js'
import { lacksNginx, startNginx } from './nginx.js'

const PICTURES = 4
// Generous: a cold cache on a busy machine. Nothing below waits for time alone.
const PATIENCE = { timeout: 120_000 }

const APP = {
  'app/layout.js': LAYOUT,
  'app/page.js': `import Image from 'next/image'
import imported from '../pictures/imported.png'

export default function Page() {
  return (
    <main>
      <Image src={imported} alt="imported" placeholder="blur" priority />
      <Image src="/wide.png" alt="wide" width={800} height={200} sizes="100vw" />
      <Image src="/small.png" alt="small" width={64} height={48} />
      <div style={{ position: 'relative', width: 300, height: 200, marginTop: 3000 }}>
        <Image src="/wide.png" alt="far below" fill sizes="300px" />
      </div>
    </main>
  )
}
`,
  'pictures/imported.png': makePng(500, 300),
  'public/wide.png': makePng(800, 200),
  'public/small.png': makePng(120, 90),
  'public/favicon.ico': makePng(16, 16),
  'next.config.mjs': `import { withPixmill } from 'pixmill/next'
export default withPixmill({ images: { formats: ['image/avif', 'image/webp'] } }, { memory: '128mb', threads: 2 })
`,
}

let browser
let built
before(async () => {
  if (lacksNginx) return
  built = await buildApp(APP)
  browser = await launchChromium()
})
after(() => browser?.close())

async function startBoth(t, config) {
  const project = createProject()
  layOut(project.root, built)
  const server = await startNext(project.root)
  const nginx = await startNginx(config, server.origin)
  t.after(async () => {
    await nginx.stop()
    await server.stop()
    project.remove()
  })
  return nginx.origin
}

/** What a browser of its own shows of the page: type of each picture, and what the proxy said of it. */
async function visit(origin, accept) {
  const { page, faults, variants, close } = await openPage(browser, { accept })
  await page.goto(origin, PATIENCE)
  for (const image of await page.locator('img').all()) await image.scrollIntoViewIfNeeded(PATIENCE)
  const areShown = () => [...document.images].every(({ complete, naturalWidth }) => complete && naturalWidth > 0)
  await page.waitForFunction(areShown, null, PATIENCE)
  const urls = await page.evaluate(() => [...document.images].map(({ currentSrc }) => currentSrc))
  const shown = urls.map((url) => variants.get(url)?.headers() ?? {})
  await close()
  assert.deepEqual([faults, shown.length], [[], PICTURES])
  return { types: shown.map((headers) => headers['content-type']), kept: shown.map((one) => one['x-cache-status']) }
}

const all = (value) => Array.from({ length: PICTURES }, () => value)

for (const config of ['vary', 'normalized']) {
  test(`${config}.conf: AVIF for Chromium, none of it for who does not take it, and from the proxy for who comes later`, {
    skip: lacksNginx,
  }, async (t) => {
    const origin = await startBoth(t, config)
    assert.deepEqual((await visit(origin)).types, all('image/avif'))
    for (const name of ['Safari 15', 'Safari 13']) {
      const { accept, type } = CLIENTS.find((client) => client.name === name)
      assert.deepEqual((await visit(origin, accept)).types, all(type), name)
    }
    assert.deepEqual(await visit(origin), { types: all('image/avif'), kept: all('HIT') })
  })
}
