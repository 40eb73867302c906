// The checks of a request, against what Next's own modules said (golden/make.js).
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { resolveConfig } from '../dist/config/index.js'
import { isBlurRequest, isEndpoint, parseTarget, Refusal, validate } from '../dist/request/index.js'
import { requests } from './golden/cases.js'

const golden = JSON.parse(readFileSync(new URL('./golden/next-16.4.6.json', import.meta.url), 'utf8')).requests

function check({ config, query, dev = false }) {
  const resolved = resolveConfig({ root: '/app', dev, ...config }, {})
  return validate(parseTarget(`/_next/image?${query}`).query, resolved)
}

function refusal(request) {
  try {
    check(request)
  } catch (error) {
    assert.ok(error instanceof Refusal, String(error))
    return { status: error.status, message: error.message }
  }
  assert.fail('was not refused')
}

assert.equal(golden.length, requests.length)
for (const [index, request] of requests.entries()) {
  const expected = golden[index]
  test(`as Next: ${request.name}`, () => {
    // Next throws on a malformed escape, which its server answers with 500.
    if ('throws' in expected)
      return assert.deepEqual(refusal(request), { status: 400, message: '"url" parameter is invalid' })
    if ('error' in expected) return assert.deepEqual(refusal(request), { status: 400, message: expected.error })
    const { isAbsolute: isRemote, ...rest } = expected
    assert.deepEqual(check(request), { ...rest, isRemote })
  })
}

test('a backslash is protocol-relative too', () => {
  for (const url of ['/\\evil.test/a.png', '/\\/evil.test/a.png']) {
    assert.match(refusal({ query: `url=${encodeURIComponent(url)}&w=640&q=75` }).message, /protocol-relative/)
  }
})

test('an endpoint elsewhere is not recursive either', () => {
  const config = { images: { path: '/img', localPatterns: null } }
  assert.match(refusal({ config, query: 'url=%2Fimg%3Furl%3D%252Fa.png&w=640&q=75' }).message, /recursive/)
  assert.equal(check({ config, query: 'url=%2Fimg.png&w=640&q=75' }).href, '/img.png')
})

test('static imports under a base path are allowed whatever the patterns', () => {
  const config = { basePath: '/docs', images: { localPatterns: [{ pathname: '/docs/img/**' }] } }
  assert.equal(check({ config, query: 'url=%2Fdocs%2F_next%2Fstatic%2Fmedia%2Fa.png&w=640&q=75' }).isStatic, true)
  assert.match(refusal({ config, query: 'url=%2Fdocs%2Fother%2Fa.png&w=640&q=75' }).message, /not allowed/)
})

test('patterns that Next has compiled are taken as they are', () => {
  const images = {
    localPatterns: [
      { pathname: '^(?:\\/img(?:\\/(?!\\.{1,2}(?:\\/|$))(?:(?:(?!(?:^|\\/)\\.{1,2}(?:\\/|$)).)*?)|$))$' },
    ],
    remotePatterns: [{ hostname: '^(?:h\\.test)$', pathname: '^(?:\\/a\\.png)$', protocol: 'http' }],
  }
  const query = (url) => `url=${encodeURIComponent(url)}&w=640&q=75`
  assert.equal(check({ config: { images }, query: query('/img/x/y.png') }).href, '/img/x/y.png')
  assert.match(refusal({ config: { images }, query: query('/other.png') }).message, /not allowed/)
  assert.equal(check({ config: { images }, query: query('http://h.test/a.png') }).isRemote, true)
  assert.match(refusal({ config: { images }, query: query('http://h.test/b.png') }).message, /not allowed/)
})

test('only the endpoint is ours, with or without a slash at its end', () => {
  for (const path of ['/_next/image', '/_next/image/']) assert.equal(isEndpoint(path, '/_next/image'), true, path)
  for (const path of ['/_next/images', '/_next/image/a', '/_next/image//', '/x/_next/image', '/']) {
    assert.equal(isEndpoint(path, '/_next/image'), false, path)
  }
})

test('the placeholder is asked for in development only', () => {
  assert.equal(isBlurRequest({ width: 8, quality: 70 }, true), true)
  assert.equal(isBlurRequest({ width: 8, quality: 70 }, false), false)
  assert.equal(isBlurRequest({ width: 8, quality: 75 }, true), false)
})
