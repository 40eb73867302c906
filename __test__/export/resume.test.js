// `pixmill export` that is killed in the middle and started again: it ends with the output of a run that was not, and makes nothing twice.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createSite } from './app.js'
import { FOLDER, listFiles, parseVariant } from './browser-check.js'
import { buildNext, copyApp, createApp, forgetPictures, runExport, startExport } from './install.js'
import { preparePhotographs } from './photographs.js'
import { serveRemote } from './static-server.js'

/** Enough files to be in the middle, and few enough that many are still to come. */
const ENOUGH = 40

let remote
let copies
before(async () => {
  const photographs = await preparePhotographs()
  remote = await serveRemote(photographs)
  const site = createSite(photographs, { config: { output: 'export' }, remote: remote.origin })
  const app = await createApp('16.4.6', site.files)
  const { code, output } = await buildNext(app)
  assert.equal(code, 0, output)
  forgetPictures(app)
  copies = { whole: copyApp(app, 'whole'), broken: copyApp(app, 'broken') }
})
after(() => remote?.close())

const finish = async (app) => {
  const result = await runExport(app, ['--root', app, '--json'])
  assert.equal(result.code, 0, result.output)
  return JSON.parse(result.stdout)
}

/** Names and contents of everything that was shipped. */
const hashTree = (app) => listFiles(join(app, 'out')).map((name) => [name, hash(readFileSync(join(app, 'out', name)))])

const hash = (data) => createHash('sha256').update(data).digest('hex')

const listVariants = (app) => {
  try {
    return listFiles(join(app, 'out', FOLDER))
  } catch {
    return []
  }
}

/** Ends the run without a warning as soon as it has written enough. */
async function killInTheMiddle(app) {
  const child = startExport(app)
  child.stdout.resume()
  child.stderr.resume()
  const closed = once(child, 'close')
  while (child.exitCode === null && listVariants(app).length < ENOUGH) await sleep(5)
  child.kill('SIGKILL')
  const [, signal] = await closed
  assert.equal(signal, 'SIGKILL', 'the run was over before it was killed')
}

test('killed and started again, the output is that of an uninterrupted run, and what was there is reused', async () => {
  await finish(copies.whole)
  await killInTheMiddle(copies.broken)
  const there = listVariants(copies.broken).filter((file) => parseVariant(file))
  assert.ok(there.length < listVariants(copies.whole).length)
  const { sources } = await finish(copies.broken)
  assert.deepEqual(hashTree(copies.broken), hashTree(copies.whole))
  const made = sources.flatMap(({ variants }) => variants).filter(({ isReused }) => !isReused)
  const madeAgain = made.filter(({ file }) => there.some((name) => file === `${FOLDER}/${name}`))
  assert.deepEqual([made.length > 0, madeAgain], [true, []])
})

test('a run over a finished output makes nothing', async () => {
  const before = hashTree(copies.whole)
  const { sources } = await finish(copies.whole)
  assert.ok(sources.every(({ variants }) => variants.every(({ isReused }) => isReused)))
  assert.deepEqual(hashTree(copies.whole), before)
})
