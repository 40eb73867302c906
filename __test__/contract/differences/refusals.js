/** Requests that are refused here and not there, the other way around, or with another status. */
import { PAGE } from '../answer.js'
import { picture, refusal } from './answer.js'

const INVALID = refusal(400, '"url" parameter is invalid')
const MISSING = refusal(404, '"url" parameter is valid but internal response is invalid')
const NO_METHOD = refusal(405, '"url" parameter is valid but internal response is invalid')
const UPSTREAM = (status) => refusal(status, '"url" parameter is valid but upstream response is invalid')
const NOT_ALLOWED = refusal(400, '"url" parameter is not allowed')
const NOT_FOUND = {
  status: 404,
  text: 'Not found\n',
  headers: { 'cache-control': 'no-store', 'content-type': 'text/plain; charset=utf-8' },
}

export const refusals = [
  {
    id: 'malformed-escapes',
    cases: /lone percent|malformed escape|overlong escape|100%\.png", as it is/,
    when: is(500),
    becomes: () => INVALID,
  },
  {
    id: 'backslash-hosts',
    cases: /url "\/\\\\(\\\\|\/)?example\.com|url "\/\\\\\/example/,
    becomes: () => refusal(400, '"url" parameter cannot be a protocol-relative URL (//)'),
  },
  {
    id: 'untidy-paths',
    cases: /(url ": |: |")\/(img\/\/a\.png|img\/|rgb\.png\/|_next\/\/image|img\/a\\\.\.\\b\.png)"?$/,
    when: is(500),
    becomes: () => MISSING,
  },
  { id: 'untidy-paths', cases: /\/img\\\\?a\.png/, when: is(500), becomes: () => picture('png 200x150', 'img_a.png') },
  {
    id: 'untidy-paths',
    cases: /path \/_next\/image\/$|slash at the end/,
    when: is(308),
    becomes: () => picture('png 200x150', 'rgb.png'),
  },
  { id: 'untidy-paths', cases: /path \/|absolute request target/, when: is(308), becomes: () => NOT_FOUND },
  { id: 'untidy-paths', cases: /path \/_next\/(\.|x\/\.\.)\/image$/, becomes: () => NOT_FOUND },
  { id: 'own-pages', cases: /url "\/(|\.|\.\.|\\u0000)"$|base path alone/, becomes: () => MISSING },
  { id: 'own-pages', cases: /chunks\/photo\.png"$/, when: is(200), becomes: () => MISSING },
  {
    id: 'own-pages',
    cases: /path \/|endpoint without|unoptimized/,
    when: (next) => next.text === PAGE,
    becomes: () => NOT_FOUND,
  },
  {
    id: 'dotfiles',
    cases: /\/(img\/\.hidden|\.dot)\.png"?$/,
    when: is(400, /internal/),
    becomes: () => MISSING,
  },
  { id: 'odd-names', cases: /"per%20cent\.png", as it is/, becomes: () => picture('webp 200x150', 'per cent.webp') },
  {
    id: 'odd-names',
    cases: /"\(brackets\)\[x\]\{y\}\.png", as it is/,
    becomes: () => picture('webp 200x150', '(brackets)[x]{y}.webp'),
  },
  { id: 'methods', cases: /OPTIONS of what is not|application: POST/, becomes: () => NO_METHOD },
  { id: 'optional-base-path', cases: /base-path: url without/, becomes: () => picture('png 200x150', 'rgb.png') },
  {
    id: 'optional-base-path',
    cases: /base-path: static import without/,
    becomes: () => picture('png 200x150', 'photo.png'),
  },
  {
    id: 'static-imports-under-base-path',
    cases: /base-path-patterns: static import/,
    becomes: () => withImmutable(picture('png 200x150', 'photo.png')),
  },
  { id: 'redirect-targets', cases: /redirect to a path that is not allowed/, becomes: () => NOT_ALLOWED },
  {
    id: 'redirect-targets',
    cases: /redirect to (a file|data|another scheme)/,
    when: is(500),
    becomes: () => UPSTREAM(400),
  },
  { id: 'private-addresses', cases: /private: .*::127\.0\.0\.1/, becomes: () => NOT_ALLOWED },
  { id: 'unasked-continue', cases: /100 Continue/, becomes: () => refusal(500, 'Internal Server Error') },
  { id: 'status-range', cases: /status/, when: (next) => next.status > 599, becomes: () => UPSTREAM(500) },
  { id: 'body-limit', cases: /file above the limit/, when: is(0), becomes: () => refusal(413, MISSING.text) },
  { id: 'application-answers', cases: /application: status 204/, becomes: () => refusal(400, MISSING.text) },
  { id: 'application-answers', cases: /an encoded answer/, becomes: () => picture('webp 200x150', 'photo.webp') },
]

function is(status, text = /(?:)/) {
  return (next) => next.status === status && text.test(next.text ?? '')
}

function withImmutable(answer) {
  return { ...answer, headers: { ...answer.headers, 'cache-control': 'public, max-age=315360000, immutable' } }
}
