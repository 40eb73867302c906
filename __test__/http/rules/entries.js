// What becomes of entries when files change, when servers restart and when they share a directory.
import assert from 'node:assert/strict'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { makePng } from '../../pictures.js'
import { untilEntries } from '../entries.js'
import { state, type, WEBP } from '../given.js'

export function entriesRules(withApp) {
  test('a file that changes is a miss', () =>
    withApp({}, async ({ image }, { put }) => {
      await image('/photo.jpg')
      put('public/photo.jpg', WEBP)
      const answer = await image('/photo.jpg', { accept: 'image/webp' })
      assert.deepEqual([answer.status, state(answer)], [200, 'MISS'])
      put('public/photo.jpg', makePng(300, 200))
      assert.equal(type(await image('/photo.jpg')), 'image/png')
    }))

  test('entries survive a restart, damaged ones do not', () =>
    withApp({}, async (first, { root, start }) => {
      const { body } = await first.image('/photo.jpg')
      const entries = await untilEntries(join(root, '.next/cache/pixmill'))
      await first.close()
      const second = await start()
      const again = await second.image('/photo.jpg')
      assert.deepEqual([state(again), again.body], ['HIT', body])
      await second.close()
      for (const path of entries) {
        const bytes = readFileSync(path)
        bytes[statSync(path).size - 10] ^= 0xff
        writeFileSync(path, bytes)
      }
      const third = await start()
      const fresh = await third.image('/photo.jpg')
      assert.deepEqual([state(fresh), fresh.body], ['MISS', body])
    }))

  test('one cache may be closed while others work on', () =>
    withApp({}, async (app, { start }) => {
      const other = await start()
      await Promise.all([app.image('/photo.jpg'), other.image('/photo.jpg')])
      await other.close()
      assert.equal((await app.image('/picture.png')).status, 200)
    }))
}
