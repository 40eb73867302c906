/** `localPatterns`: path, search, globs, static imports. A file that is missing tells that its URL was allowed. */
import { at, group } from './request.js'

export const local = [
  ...group(
    'local-any-pattern',
    at(
      '/rgb.png',
      '/rgb.png?v=1',
      '/img/.hidden.png',
      '/missing.png?x',
      '/_next/static/media/photo.0a1b2c3d.png?dpl=1',
    ),
  ),
  ...group('local-none', at('/rgb.png', '/_next/static/media/photo.0a1b2c3d.png', '/img/a.png')),
  ...group('local-open', [
    ...at('/rgb.png', '/rgb.png?v=1', '/img/a.png?x=1&y=2', '/.dot.png', '/img/.hidden.png', '/missing.png?v=1'),
    ...at('/rgb.png?v=1#x', '/_next/static/media/photo.0a1b2c3d.png?dpl=1', '/_next/image?url=x', '/rgb.png?'),
  ]),
  ...group('local-folder', [
    ...at(
      '/img/a.png',
      '/img/deep/b.png',
      '/img/.hidden.png',
      '/img',
      '/img/',
      '/imgx/a.png',
      '/rgb.png',
      '/img/../rgb.png',
    ),
    ...at('/img/%2e%2e/rgb.png', '/img/..%2frgb.png', '/img/a.png?v=1', '/img/a.png#x', '/IMG/a.png', '/%69mg/a.png'),
    ...at('/img//a.png', '/img/./a.png', '/x/img/a.png', '/img%2Fa.png', '/img\\a.png', '/img/a\\..\\b.png'),
    ...at('/_next/static/media/photo.0a1b2c3d.png', '/_next/static/media/photo.0a1b2c3d.png?dpl=1'),
    ...at('/_next/static/immutable/media/photo.0a1b2c3d.png', '/_next/static/chunks/photo.png'),
  ]),
  ...group('local-star', [
    ...at(
      '/img/a.png',
      '/img/deep/b.png',
      '/img/.hidden.png',
      '/img/',
      '/img/a%2Fb.png',
      '/img',
      '/pic/c.png',
      '/pic/c.jpg',
    ),
    ...at(
      '/pic/c.png?x=1',
      '/odd/a.png',
      '/odd/ab.png',
      '/odd/a/b.png',
      '/q/x.png?x=1',
      '/q/x.png?x=2',
      '/q/x.png',
      '/q/x.png?',
    ),
    ...at('/q/x.png?x=1&y=2', '/q/x.png?x=%31', '/e/x.png', '/e/x.png?x', '/b/one.png', '/b/two.png', '/b/three.png'),
    ...at(
      '/n/1.png',
      '/n/9.png',
      '/n/a.png',
      '/n/12.png',
      '/neg/keep.png',
      '/neg/drop.png',
      '/x/deep/er/y.png',
      '/x/y.png',
      '/x.png',
    ),
    ...at(
      '/sp ace/a.png',
      '/sp%20ace/a.png',
      '/猫/a.png',
      '/%E7%8C%AB/a.png',
      '/plus+/a.png',
      '/dot.s/a.png',
      '/dotxs/a.png',
    ),
  ]),
]
