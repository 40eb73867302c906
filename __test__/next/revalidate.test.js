// What `revalidateTag` and `revalidatePath` become: over a module in the place and of the shape that Next 16 has.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { followRevalidation } from '../../dist/next/revalidate.js'

const MODULE = 'next/dist/server/lib/incremental-cache/tags-manifest.external.js'
const NEXT_16 = 'module.exports = { tagsManifest: new Map(), areTagsExpired() {} }'

function withProject(source, body) {
  const root = mkdtempSync(join(tmpdir(), 'pixmill-next-'))
  const path = join(root, 'node_modules', MODULE)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, source)
  try {
    body(root, createRequire(join(root, 'package.json'))(MODULE).tagsManifest)
  } finally {
    rmSync(root, { recursive: true })
  }
}

test('what may be seen once more is invalidated, what may not is purged, and Next has its map', () =>
  withProject(NEXT_16, (root, manifest) => {
    const seen = []
    assert.equal(
      followRevalidation(root, (...event) => seen.push(event.join(' '))),
      true,
    )
    const now = Date.now()
    manifest.set('soft', { stale: now, expired: now + 60_000 })
    manifest.set('hard', { expired: now })
    manifest.set('hard', { expired: now, stale: now })
    manifest.set('_N_T_/api/avatar', { expired: now })
    assert.deepEqual(seen, ['soft invalidate', 'hard purge', 'hard invalidate', 'path:/api/avatar purge'])
    assert.deepEqual(manifest.get('hard'), { expired: now, stale: now })
  }))

test('several followers, one patch', () =>
  withProject(NEXT_16, (root, manifest) => {
    let count = 0
    for (let each = 0; each < 3; each++) followRevalidation(root, () => count++)
    manifest.set('a', { expired: 1 })
    assert.equal(count, 3)
  }))

test('another shape, or none, is left alone', () => {
  withProject('module.exports = { tagsManifest: { items: {} } }', (root, manifest) => {
    assert.equal(followRevalidation(root, assert.fail), false)
    assert.deepEqual(manifest, { items: {} })
  })
  withProject('module.exports = { tagsManifest: new Map(), isStale() {} }', (root, manifest) => {
    assert.equal(followRevalidation(root, assert.fail), false)
    manifest.set('a', 1)
  })
  assert.equal(followRevalidation('/nowhere', assert.fail), false)
})
