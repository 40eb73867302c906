import assert from 'node:assert/strict'
import test from 'node:test'
import { resolveConfig } from '../../dist/config/index.js'
import { resolvePath, resolveServerPaths, toPlainImages, withoutNewer } from '../../dist/next/images.js'

const NEXT_15 = {
  major: 15,
  images: { qualities: undefined, localPatterns: undefined, imageSizes: [16, 32], remotePatterns: [] },
}
const NEXT_16 = {
  major: 16,
  images: { qualities: [75], localPatterns: undefined, imageSizes: [32], dangerouslyAllowLocalIP: false },
}

test('the path that the loader writes', () => {
  const cases = [
    [{}, '/_next/image'],
    [{ basePath: '/docs' }, '/docs/_next/image'],
    [{ basePath: '/docs', trailingSlash: true }, '/docs/_next/image/'],
    [{ basePath: '/docs', images: { path: '/pictures' } }, '/pictures'],
    [{ basePath: '/docs', images: { path: '/docs/pictures/' }, trailingSlash: true }, '/docs/pictures/'],
    [{ images: { path: 'https://cdn.example.com/_next/image' } }, 'https://cdn.example.com/_next/image'],
    [{ basePath: '/_next', images: {} }, '/_next/image'],
  ]
  for (const [config, path] of cases) assert.equal(resolvePath(config), path)
})

test('the paths that the server answers', () => {
  const cases = [
    [{ basePath: '/docs', trailingSlash: true }, ['/docs/_next/image']],
    [{ images: { path: '/pictures/' } }, ['/pictures', '/_next/image']],
    [{ basePath: '/docs', images: { path: 'https://cdn.example.com/x' } }, ['/docs/_next/image']],
  ]
  for (const [config, paths] of cases) assert.deepEqual(resolveServerPaths(config), paths)
})

test('defaults are those of the installed Next', () => {
  const next15 = resolveConfig({ root: '/', images: toPlainImages(NEXT_15) }).images
  assert.equal(next15.qualities, null)
  assert.equal(next15.localPatterns, null)
  assert.deepEqual(next15.imageSizes, [16, 32])
  const next16 = resolveConfig({ root: '/', images: toPlainImages(NEXT_16) }).images
  assert.deepEqual(next16.qualities, [75])
  assert.equal(next16.localPatterns.length, 1)
})

test('AVIF is on unless the user says otherwise', () => {
  const formats = (written) => resolveConfig({ root: '/', images: toPlainImages(NEXT_16, written) }).images.formats
  assert.deepEqual(formats(undefined), ['image/avif', 'image/webp'])
  assert.deepEqual(formats({ qualities: [75] }), ['image/avif', 'image/webp'])
  assert.deepEqual(formats({ formats: ['image/webp'] }), ['image/webp'])
})

test('an explicit undefined survives JSON', () => {
  const images = JSON.parse(JSON.stringify(toPlainImages(NEXT_16, { qualities: undefined })))
  assert.equal(images.qualities, null)
})

test('a pattern that is a URL survives JSON', () => {
  const images = JSON.parse(
    JSON.stringify(toPlainImages(NEXT_16, { remotePatterns: [new URL('https://a.example/b/**')] })),
  )
  const { hostname, pathname } = images.remotePatterns[0]
  assert.deepEqual({ hostname, pathname }, { hostname: 'a.example', pathname: '/b/**' })
  assert.equal(resolveConfig({ root: '/', images }).images.remotePatterns.length, 1)
})

test('settings that an older Next refuses reach only pixmill', () => {
  const written = { dangerouslyAllowLocalIP: true, formats: ['image/avif'] }
  assert.deepEqual(withoutNewer(NEXT_15, written), { formats: ['image/avif'] })
  assert.deepEqual(withoutNewer(NEXT_16, written), written)
  assert.equal(toPlainImages(NEXT_15, written).dangerouslyAllowLocalIP, true)
})

test('a Next without dangerouslyAllowLocalIP fetches from private addresses whose host is named in full', () => {
  const allows = (next, images) => toPlainImages(next, images).dangerouslyAllowLocalIP
  assert.equal(allows(NEXT_15, { remotePatterns: [{ hostname: 'localhost' }, { hostname: '10.0.0.7' }] }), true)
  assert.equal(allows(NEXT_15, { remotePatterns: [{ hostname: 'localhost' }, { hostname: '**.example.com' }] }), false)
  assert.equal(allows(NEXT_15, { domains: ['cms.internal'], dangerouslyAllowLocalIP: false }), false)
  assert.equal(allows(NEXT_16, { remotePatterns: [{ hostname: 'localhost' }] }), false)
})
