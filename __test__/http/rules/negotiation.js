// Which type and size an answer has, and which pictures pass unchanged.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { optimize } from '../../../dist/library.js'
import { probe, sniff } from '../../../dist/native.js'
import { BOTH, files, JPEG, NATURAL, type } from '../given.js'

export function negotiationRules(withApp) {
  test('the format follows Accept, then the source', () =>
    withApp({ images: { formats: ['image/avif', 'image/webp'] } }, async ({ image }) => {
      const cases = [
        ['/photo.jpg', BOTH, 'image/avif'],
        ['/photo.jpg', 'image/webp,*/*', 'image/webp'],
        ['/photo.jpg', '*/*', 'image/jpeg'],
        ['/photo.jpg', undefined, 'image/jpeg'],
        ['/picture.png', undefined, 'image/png'],
        ['/picture.webp', undefined, 'image/jpeg'],
        ['/picture.webp', 'image/webp', 'image/webp'],
        ['/scan.tif', undefined, 'image/jpeg'],
        ['/clear.tif', undefined, 'image/png'],
        ['/scan.tif', BOTH, 'image/avif'],
        ['/still.gif', undefined, 'image/gif'],
      ]
      for (const [url, accept, expected] of cases) {
        const answer = await image(url, { accept })
        assert.deepEqual(
          [answer.status, type(answer)],
          [200, expected],
          `${url} ${accept} ${answer.body.subarray(0, 80)}`,
        )
        assert.equal(sniff(answer.body).mime, expected)
        assert.equal(answer.headers.vary, 'Accept')
      }
    }))

  test('the width is what was asked, and never more than there is', () =>
    withApp({}, async ({ image }) => {
      assert.equal(probe((await image('/photo.jpg', { w: 256 })).body).width, 256)
      assert.equal(probe((await image('/photo.jpg', { w: 3840 })).body).width, NATURAL.width)
      assert.equal(probe((await image('/small.png', { w: 640, accept: 'image/webp' })).body).width, 40)
    }))

  test('animations and what browsers draw themselves pass through', () =>
    withApp({ images: { dangerouslyAllowSVG: true } }, async ({ image }) => {
      const cases = {
        '/moving.gif': 'image/gif',
        '/moving.webp': 'image/webp',
        '/icon.ico': 'image/x-icon',
        '/old.bmp': 'image/bmp',
        '/drawing.svg': 'image/svg+xml',
      }
      for (const [url, expected] of Object.entries(cases)) {
        const answer = await image(url, { accept: 'image/webp' })
        assert.deepEqual([answer.status, type(answer)], [200, expected])
        assert.deepEqual(answer.body, files[`public${url}`])
        assert.match(answer.headers['content-security-policy'], /sandbox/)
      }
    }))

  test('never more bytes than the source in the same format', () =>
    withApp({ images: { qualities: [100] } }, async ({ image }, { put }) => {
      const { data } = await optimize(JPEG, { quality: 5, format: 'jpeg' })
      put('public/coarse.jpg', data)
      const answer = await image('/coarse.jpg', { w: 3840, q: 100 })
      assert.deepEqual(answer.body, data)
    }))
}
