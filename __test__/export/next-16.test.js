// A fresh Next 16.4 export of sixty photographs with Turbopack, and `withPixmill` as the only change: a browser misses nothing, the disk holds nothing else.
import assert from 'node:assert/strict'
import { renameSync, writeFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { before, test } from 'node:test'
import { FOLDER, parseVariant } from './browser-check.js'
import { assertComplete, buildExport, readManifest } from './export-app.js'
import { COUNT, preparePhotographs } from './photographs.js'

let built
before(async () => {
  built = await buildExport('16.4.6', await preparePhotographs())
})

test('every candidate of every picture is a file of its width and type, and every file is a candidate', async () => {
  const { candidates } = await assertComplete(built)
  assert.ok(candidates > COUNT)
})

test('every source is optimized and none is left unresolved', () => {
  const { sources } = readManifest(built.app)
  assert.deepEqual(
    sources.filter(({ status }) => status !== 'optimized'),
    [],
  )
  assert.equal(sources.length, COUNT)
})

test('a remote picture is fetched once, whatever the number of its widths', () => {
  assert.equal(new Set(built.requests).size, built.requests.length)
})

test('the check finds a variant that is missing, one that nobody asks for, and one of another width', async () => {
  const folder = join(built.app, 'out', FOLDER)
  const { source, variants } = readManifest(built.app).sources.find(
    ({ source, variants }) => source.startsWith('/pictures/') && variants.length > 1,
  )
  const [narrow, wide] = variants
    .map(({ file }) => relative(FOLDER, file))
    .sort((a, b) => parseVariant(a).width - parseVariant(b).width)
  const unused = wide.replace(/-\d+-(\d+\.\w+)$/, '-777-$1')
  renameSync(join(folder, wide), join(folder, unused))
  writeFileSync(join(folder, narrow), 'no picture')
  const { actual } = await assertComplete(built).catch((error) => error)
  const faults = actual.join('\n')
  for (const fault of [
    `${wide}: not on disk`,
    `${unused}: no page asks for it`,
    `${narrow} (${basename(source)}): width 0`,
  ])
    assert.ok(faults.includes(fault), `${fault} is not in ${faults}`)
})
