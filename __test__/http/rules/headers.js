// Headers, conditional requests and methods.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { INTERNAL, state } from '../given.js'

export function headersRules(withApp) {
  test('headers of a miss and of a hit', () =>
    withApp({}, async ({ image }) => {
      const miss = await image('/photo.jpg', { accept: 'image/webp' })
      const hit = await image('/photo.jpg', { accept: 'image/webp' })
      assert.deepEqual([state(miss), state(hit)], ['MISS', 'HIT'])
      assert.deepEqual(hit.body, miss.body)
      const { 'content-length': length, etag, ...headers } = hit.headers
      assert.equal(Number(length), hit.body.length)
      assert.match(etag, /^"[\w-]+"$/)
      assert.equal(miss.headers.etag, etag)
      for (const [name, value] of Object.entries({
        'cache-control': 'public, max-age=14400, must-revalidate, stale-while-revalidate=14400, stale-if-error=86400',
        'content-type': 'image/webp',
        'content-disposition': 'attachment; filename="photo.webp"',
        'content-security-policy': "script-src 'none'; frame-src 'none'; sandbox;",
        'x-content-type-options': 'nosniff',
      })) {
        assert.equal(headers[name], value, name)
      }
    }))

  test('the name is UTF-8', () =>
    withApp({}, async ({ image }) => {
      const { headers } = await image('/猫.png')
      assert.equal(headers['content-disposition'], 'attachment; filename="?.png"; filename*=UTF-8\'\'%E7%8C%AB.png')
    }))

  test('static imports are immutable', () =>
    withApp({}, async ({ image }) => {
      const { status, headers } = await image('/_next/static/media/import.1234.jpg')
      assert.deepEqual([status, headers['cache-control']], [200, 'public, max-age=315360000, immutable'])
    }))

  test('304 and HEAD', () =>
    withApp({}, async ({ image }) => {
      const full = await image('/photo.jpg')
      const { etag } = full.headers
      for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
        const answer = await image('/photo.jpg', { headers: { 'if-none-match': tag } })
        assert.deepEqual([answer.status, answer.body.length, answer.headers.etag], [304, 0, etag], tag)
        assert.equal(answer.headers.vary, 'Accept')
        assert.equal(answer.headers['content-type'], undefined)
      }
      assert.equal((await image('/photo.jpg', { headers: { 'if-none-match': '"other"' } })).status, 200)
      const head = await image('/photo.jpg', { method: 'HEAD' })
      assert.deepEqual([head.status, head.body.length], [200, 0])
      assert.equal(head.headers['content-length'], full.headers['content-length'])
    }))

  test('other methods as Next', () =>
    withApp({}, async ({ image }) => {
      const answer = await image('/photo.jpg', { method: 'POST' })
      assert.deepEqual([answer.status, answer.body.toString()], [405, INTERNAL])
      await image('/photo.jpg')
      assert.equal((await image('/photo.jpg', { method: 'DELETE' })).status, 200)
    }))
}
