import assert from 'node:assert/strict'
import test from 'node:test'
import { withApiRewrites } from '../../dist/next/rewrites.js'

const OURS = { source: '/_next/image', destination: '/api/pixmill' }
const THEIRS = { source: '/old', destination: '/new' }
const rewritesOf = (config, paths = ['/_next/image']) => withApiRewrites(config, paths)()

test("ours come first, in each shape of the user's", async () => {
  const cases = [
    [undefined, { beforeFiles: [OURS] }],
    [() => [THEIRS], { afterFiles: [THEIRS], beforeFiles: [OURS] }],
    [async () => [THEIRS], { afterFiles: [THEIRS], beforeFiles: [OURS] }],
    [async () => ({ beforeFiles: [THEIRS], fallback: [THEIRS] }), { beforeFiles: [OURS, THEIRS], fallback: [THEIRS] }],
    [async () => undefined, { beforeFiles: [OURS] }],
  ]
  for (const [rewrites, expected] of cases) assert.deepEqual(await rewritesOf({ rewrites }), expected)
})

test('i18n must not look for a locale in front of the endpoint', async () => {
  const { beforeFiles } = await rewritesOf({ i18n: { locales: ['en'], defaultLocale: 'en' } })
  assert.deepEqual(beforeFiles, [{ ...OURS, locale: false }])
})

test('Next adds the base path itself', async () => {
  const { beforeFiles } = await rewritesOf({ basePath: '/docs' }, ['/docs/pictures', '/docs/_next/image'])
  assert.deepEqual(
    beforeFiles.map(({ source }) => source),
    ['/pictures', '/_next/image'],
  )
})

test('a path outside of the base path cannot be rewritten', () => {
  assert.throws(() => withApiRewrites({ basePath: '/docs' }, ['/pictures']), {
    code: 'ERR_OPTION',
    message: /images\.path.*"\/pictures"/,
  })
})
