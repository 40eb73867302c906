// What is refused, what is left to the app, and what becomes of pictures that no decoder takes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { get } from '../app.js'
import { files, INTERNAL, type } from '../given.js'

export function refusalsRules(withApp) {
  test('refusals are text, and not cached', () =>
    withApp({}, async ({ image }) => {
      const cases = [
        ['', {}, 400, '"url" parameter is required'],
        ['/photo.jpg', { w: 641 }, 400, '"w" parameter (width) of 641 is not allowed'],
        ['/photo.jpg', { q: 0 }, 400, '"q" parameter (quality) must be an integer between 1 and 100'],
        ['https://example.com/a.png', {}, 400, '"url" parameter is not allowed'],
        ['/none.png', {}, 404, INTERNAL],
        ['/page.png', {}, 400, "The requested resource isn't a valid image."],
        ['/paper.png', {}, 400, "The requested resource isn't a valid image."],
        ['/drawing.svg', {}, 400, '"url" parameter is valid but image type is not allowed'],
      ]
      for (const [url, options, status, message] of cases) {
        const answer = await image(url, options)
        assert.deepEqual([answer.status, answer.body.toString()], [status, message], url)
        assert.deepEqual([type(answer), answer.headers['cache-control']], ['text/plain; charset=utf-8', 'no-store'])
      }
    }))

  test('what is not the endpoint is left to the app', () =>
    withApp({}, async ({ origin }) => {
      for (const path of ['/', '/_next/images?url=%2Fphoto.jpg&w=640&q=75', '/_next/image/x', '/photo.jpg']) {
        assert.equal((await get(origin + path)).headers['x-app'], 'yes', path)
      }
      assert.equal((await get(`${origin}/_next/image/?url=%2Fphoto.jpg&w=640&q=75`)).status, 200)
    }))

  test('url works with and without the base path', () =>
    withApp({ basePath: '/docs' }, async ({ image, origin }) => {
      for (const url of ['/docs/photo.jpg', '/photo.jpg', '/docs/_next/static/media/import.1234.jpg']) {
        assert.equal((await image(url)).status, 200, url)
      }
      assert.equal((await get(`${origin}/_next/image?url=%2Fphoto.jpg&w=640&q=75`)).headers['x-app'], 'yes')
    }))

  test('a large local file is 413', () =>
    withApp({ images: { maximumResponseBody: 1000 } }, async ({ image }) => {
      const answer = await image('/photo.jpg')
      assert.deepEqual([answer.status, answer.body.toString()], [413, INTERNAL])
    }))

  test('a damaged picture is sent as it is, for a moment only', () =>
    withApp({}, async ({ image }) => {
      const answer = await image('/cut.jpg', { accept: 'image/webp' })
      assert.equal(answer.status, 200)
      if (type(answer) === 'image/webp') return // the decoder made something of it
      assert.deepEqual([type(answer), answer.body], ['image/jpeg', files['public/cut.jpg']])
      assert.equal(answer.headers['cache-control'], 'public, max-age=5, must-revalidate')
    }))

  test('a damaged TIFF is refused: no browser shows one', () =>
    withApp({}, async ({ image }) => {
      const answer = await image('/cut.tif', { accept: 'image/webp' })
      assert.deepEqual([answer.status, answer.body.toString()], [400, "The requested resource isn't a valid image."])
    }))

  test('a bomb is never decoded: its few bytes are sent as they are', () =>
    withApp({}, async ({ image }) => {
      const answer = await image('/bomb.png', { accept: 'image/webp' })
      assert.deepEqual([answer.status, type(answer), answer.body], [200, 'image/png', files['public/bomb.png']])
    }))
}
