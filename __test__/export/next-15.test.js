// The same export with Next 15.5 and webpack, below a base path and with its assets on another origin.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findPort } from '../next/matrix/process.js'
import { assertComplete, buildExport, readManifest } from './export-app.js'
import { COUNT, preparePhotographs } from './photographs.js'

const basePath = '/docs'

test('with basePath and assetPrefix every candidate is a file of its width and type, and every file is a candidate', async () => {
  const port = await findPort()
  // The pages are opened under the other name of this machine, so that assets do come from elsewhere.
  const config = { basePath, assetPrefix: `http://localhost:${port}${basePath}` }
  const built = await buildExport('15.5.29', await preparePhotographs(), { config })
  await assertComplete(built, { basePath, port })
  const { sources } = readManifest(built.app)
  assert.deepEqual([sources.filter(({ status }) => status !== 'optimized'), sources.length], [[], COUNT])
})
