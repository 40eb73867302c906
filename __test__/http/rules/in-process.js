// What needs the optimizer in the process of the test, or options that a Next app cannot give.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { JPEG, send, type, withUpstream } from '../given.js'

export function inProcessRules(withApp) {
  test('development: nothing is kept, and the placeholder is a blurred SVG', () =>
    withApp({ dev: true }, async ({ image }) => {
      assert.equal((await image('/photo.jpg')).headers['cache-control'], 'public, max-age=0, must-revalidate')
      const blur = await image('/photo.jpg', { w: 8, q: 70 })
      assert.equal(type(blur), 'image/svg+xml')
      assert.match(blur.body.toString(), /viewBox='0 0 320 \d+'.+href='data:image\/jpeg;base64,/s)
    }))

  test('with an origin, local URLs are fetched from there', () =>
    withUpstream(
      { '/a.jpg': send(JPEG), '/moved.jpg': (response) => response.writeHead(302, { location: '/a.jpg' }).end() },
      ({ origin, requests }) =>
        withApp({ origin }, async ({ image }) => {
          const answer = await image('/a.jpg', { headers: { cookie: 'secret=1' } })
          assert.deepEqual([answer.status, type(answer)], [200, 'image/jpeg'])
          assert.equal(requests[0].headers.cookie, undefined)
          assert.deepEqual([(await image('/photo.jpg')).status, (await image('/moved.jpg')).status], [404, 500])
        }),
    ))

  test('a bomb borrows no memory', () =>
    withApp({}, async ({ image, optimizer }) => {
      await image('/bomb.png', { accept: 'image/webp' })
      assert.ok(optimizer.stats().engine.peakLentBytes < 100 * 2 ** 20)
    }))
}
