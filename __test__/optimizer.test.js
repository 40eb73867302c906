// The parts of the policy that need no pixels: headers and freshness as Next, names, statuses, tags.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { resolveConfig } from '../dist/config/index.js'
import { PixmillError } from '../dist/errors.js'
import { toDisposition } from '../dist/optimizer/disposition.js'
import { isNotModified, toEtag } from '../dist/optimizer/etag.js'
import { isReplaceable, toFailure } from '../dist/optimizer/failure.js'
import { resolveSharing, resolveTtl } from '../dist/optimizer/freshness.js'
import { toHeaders } from '../dist/optimizer/headers.js'
import { Refusal } from '../dist/request/index.js'
import { answers, cacheControls, conditions } from './golden/cases.js'

const golden = JSON.parse(readFileSync(new URL('./golden/next-16.4.6.json', import.meta.url), 'utf8'))

const variant = (fields = {}) => ({
  data: Buffer.from('body'),
  contentType: 'image/webp',
  etag: '"E"',
  ttl: 60,
  sharing: 'public',
  isFallback: false,
  ...fields,
})

for (const [index, [href, contentType, ttl, isStatic, isDev, images]] of answers.entries()) {
  test(`headers as Next: ${href} ${contentType}${isDev ? ' in dev' : ''}`, () => {
    const config = resolveConfig({ root: '/app', dev: isDev, images }, {})
    const headers = toHeaders(variant({ contentType, ttl }), { href, isStatic }, config, 'MISS')
    const { ETag, 'X-Content-Type-Options': nosniff, ...rest } = headers
    const { ETag: theirs, ...expected } = golden.answers[index].headers
    // Ours after Next's: what caches in front may do with a stale picture.
    const [own, behind] = rest['Cache-Control'].split(', stale-while-revalidate=')
    assert.deepEqual({ ...rest, 'Cache-Control': own }, expected)
    assert.equal(behind, isStatic || isDev || ttl === 0 ? undefined : `${ttl}, stale-if-error=86400`)
    assert.deepEqual([ETag, nosniff], [`"${theirs}"`, 'nosniff'])
  })
}

test('conditional requests as Next', () => {
  for (const [index, [ifNoneMatch, cacheControl]] of conditions.entries()) {
    const isModified = golden.conditions[index].status === 200
    assert.equal(
      isNotModified(ifNoneMatch?.replace(/E$/, '"E"'), cacheControl, '"E"'),
      !isModified,
      `${ifNoneMatch} ${cacheControl}`,
    )
  }
})

test('max-age of upstreams as Next', () => {
  for (const [index, text] of cacheControls.entries())
    assert.equal(resolveTtl(text, 0), golden.cacheControls[index], text)
  assert.equal(resolveTtl('max-age=60', 100), 100)
  assert.equal(resolveTtl('max-age=-5', 0), 0)
})

test('what upstreams forbid is not shared', () => {
  for (const text of ['private', 'no-store', 'max-age=60, PRIVATE', 'private="set-cookie"'])
    assert.equal(resolveSharing(text, false), 'none', text)
  for (const text of [undefined, '', 'no-cache', 'max-age=60', 'x-private', 'public'])
    assert.equal(resolveSharing(text, false), 'public', text)
})

test('what has seen headers of the client is kept for them alone, unless the application forbids it', () => {
  for (const text of [undefined, 'private', 'public', 'max-age=60'])
    assert.equal(resolveSharing(text, true), 'private', text)
  assert.equal(resolveSharing('private, no-store', true), 'none')
})

test('names are decoded and safe', () => {
  const name = (href) => toDisposition('attachment', href, 'image/webp').slice('attachment; '.length)
  assert.equal(name('https://h.test/%E7%8C%AB.png'), 'filename="?.webp"; filename*=UTF-8\'\'%E7%8C%AB.webp')
  assert.equal(name('/a%20b.png'), 'filename="a b.webp"')
  assert.equal(name('/caf\u00e9.png'), 'filename="caf?.webp"; filename*=UTF-8\'\'caf%C3%A9.webp')
  assert.equal(name('/a%2F..%2Fb.png'), 'filename="a_.webp"')
  assert.equal(name('/a%0D%0Ab.png'), 'filename="a??b.webp"; filename*=UTF-8\'\'a%0D%0Ab.webp')
  assert.equal(name('/%.png'), 'filename="%.webp"')
  assert.equal(name('/\ud800.png'), 'filename="?.webp"; filename*=UTF-8\'\'%EF%BF%BD.webp')
})

test('an original that stands in for a failure is not immutable', () => {
  const config = resolveConfig({ root: '/app' }, {})
  const params = { href: '/_next/static/media/a.png', isStatic: true }
  assert.equal(
    toHeaders(variant({ isFallback: true, ttl: 5 }), params, config, 'MISS')['Cache-Control'],
    'public, max-age=5, must-revalidate',
  )
  assert.match(toHeaders(variant({ sharing: 'none' }), params, config, 'MISS')['Cache-Control'], /^private/)
})

test('tags are quoted and the same for the same bytes, large ones too', async () => {
  const small = Buffer.from('a')
  const large = Buffer.alloc((1 << 20) + 1)
  for (const data of [small, large]) {
    assert.match(await toEtag(data), /^"[\w-]{43}"$/)
    assert.equal(await toEtag(data), await toEtag(Buffer.from(data)))
  }
  assert.notEqual(await toEtag(small), await toEtag(large))
})

test('statuses come from one table', () => {
  const error = (code) => new PixmillError({ code, subject: 's', expected: 'e', received: 'r' })
  assert.deepEqual(toFailure(new Refusal(404, 'text')), { status: 404, message: 'text', isLogged: true })
  assert.equal(toFailure(new Refusal(302, 'text')).status, 500)
  assert.deepEqual([toFailure(error('ERR_BUSY')).status, toFailure(error('ERR_BUSY')).retryAfter], [503, 1])
  assert.equal(toFailure(error('ERR_LIMIT')).status, 413)
  assert.equal(toFailure(error('ERR_INPUT')).status, 400)
  assert.deepEqual(toFailure(new TypeError('secret')), {
    status: 500,
    message: 'Internal Server Error',
    isLogged: true,
  })
  assert.equal(isReplaceable(error('ERR_INPUT')), true)
  assert.equal(isReplaceable(error('ERR_BUSY')), false)
  assert.equal(isReplaceable(new Refusal(404, 'text')), false)
})
