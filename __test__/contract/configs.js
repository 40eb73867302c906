/** The configurations that the cases are asked of, as next.config writes them; `null` is `undefined`. `{port}` is the upstream's port. */

const LOCAL = { dangerouslyAllowLocalIP: true }
const API = '/api/up/**'

const REMOTE = [
  { protocol: 'http', hostname: 'cdn.test', port: '{port}', pathname: API, search: '' },
  { hostname: 'xn--bcher-kva.test' },
  { hostname: '*.wild.test' },
  { hostname: '**.deep.test' },
  { hostname: '{one,two}.set.test' },
  { hostname: 'img[0-9].num.test' },
  { hostname: 'port.test', port: '{port}' },
  { hostname: 'noport.test', port: '' },
  { hostname: 'secure.test', protocol: 'https', port: '8443' },
  { hostname: 'search.test', search: '?v=1' },
  { hostname: 'nosearch.test', search: '' },
  { hostname: 'star.test', pathname: '/x/*' },
  { hostname: '127.0.0.1' },
]

const GLOBS = [
  { hostname: 'exact.test', pathname: '/a.png' },
  { hostname: 'middle.test', pathname: '/a/**/z.png' },
  { hostname: 'ends.test', pathname: '/**/*.png' },
  { hostname: 'double.test', pathname: '/x/**' },
  { hostname: 'everything.test', pathname: '**' },
  { hostname: 'star.*.test' },
  { hostname: 'a(b|c).test' },
  { hostname: '?.one.test' },
  { hostname: '!(no).neg.test' },
  { hostname: 'UPPER.test' },
  { hostname: 'bücher.test' },
]

const STARS = [
  { pathname: '/img/*' },
  { pathname: '/pic/*.png', search: '' },
  { pathname: '/odd/?.png' },
  { pathname: '/q/**', search: '?x=1' },
  { pathname: '/e/**', search: '' },
  { pathname: '/b/{one,two}.png' },
  { pathname: '/n/[0-9].png' },
  { pathname: '/neg/!(drop).png' },
  { pathname: '/x/**/y.png' },
  { pathname: '/sp ace/**' },
  { pathname: '/%E7%8C%AB/**' },
  { pathname: '/plus+/**' },
  { pathname: '/dot.s/**' },
]

const anywhere = (images = {}) => ({ images: { ...LOCAL, remotePatterns: [{ hostname: '**' }], ...images } })

export const configs = {
  default: {},
  both: { images: { formats: ['image/avif', 'image/webp'] } },
  'webp-avif': { images: { formats: ['image/webp', 'image/avif'] } },
  avif: { images: { formats: ['image/avif'] } },
  svg: { images: { dangerouslyAllowSVG: true } },
  sizes: { images: { deviceSizes: [500], imageSizes: [16, 100] } },
  qualities: { images: { qualities: [10, 50, 100] } },
  any: { images: { qualities: null } },
  'no-sizes': { images: { imageSizes: [], deviceSizes: [640] } },
  'local-none': { images: { localPatterns: [] } },
  'local-open': { images: { localPatterns: null } },
  'local-folder': { images: { localPatterns: [{ pathname: '/img/**' }] } },
  'local-star': { images: { localPatterns: STARS } },
  remote: { images: { ...LOCAL, remotePatterns: REMOTE, domains: ['domain.test'] } },
  'remote-any': anywhere(),
  'remote-https': { images: { ...LOCAL, remotePatterns: [{ protocol: 'https', hostname: 'cdn.test' }] } },
  private: { images: { remotePatterns: [{ hostname: '**' }] } },
  redirected: {
    images: { ...LOCAL, remotePatterns: [{ hostname: 'one.test', pathname: API }, { hostname: 'two.test' }] },
  },
  'ttl-0-remote': anywhere({ minimumCacheTTL: 0 }),
  small: anywhere({ maximumResponseBody: 50_000, maximumRedirects: 0 }),
  'two-redirects': anywhere({ maximumRedirects: 2 }),
  inline: {
    images: {
      contentDispositionType: 'inline',
      contentSecurityPolicy: "default-src 'self'; sandbox",
      dangerouslyAllowSVG: true,
    },
  },
  ttl: { images: { minimumCacheTTL: 77 } },
  'ttl-0': { images: { minimumCacheTTL: 0 } },
  application: { images: { localPatterns: null }, origin: true },
  globs: { images: { ...LOCAL, remotePatterns: GLOBS, domains: ['Domain.test', 'bücher.test'] } },
  'one-label': { images: { ...LOCAL, remotePatterns: [{ hostname: '*' }] } },
  'local-any-pattern': { images: { localPatterns: [{}] } },
  collisions: { images: { localPatterns: null, deviceSizes: [64, 664] } },
  'no-disk': { images: { maximumDiskCacheSize: 0 } },
  unoptimized: { images: { unoptimized: true } },
  silent: anywhere(),
  'base-path': { basePath: '/docs' },
  'base-path-patterns': { basePath: '/docs', images: { localPatterns: [{ pathname: '/docs/img/**' }] } },
  dev: { dev: true },
}
