/** Checks the path that rules are for. Only letters that mean themselves to every server pass: nothing is ever quoted. */
import { optionError } from '../../errors.js'
import type { Location, RulePath } from './rule.js'

const DEFAULT_PATH = '/_next/image'
const SEGMENTS = /^(?:\/(?!\.{1,2}(?:\/|$))[\w.~@-]+)+$/

export function parseLocation({ path: given, basePath: base }: RulePath): Location {
  const path = given.replace(/\/+$/, '')
  if (!SEGMENTS.test(path))
    throw optionError('path', 'a URL path of letters, digits and - _ . ~ @, as /_next/image', given)
  const basePath = base?.replace(/\/+$/, '') ?? toBasePath(path)
  if (!`${path}/`.startsWith(`${basePath}/`) || basePath === path)
    throw optionError('basePath', `the start of ${path}`, base)
  return { path, basePath, folder: path.slice(basePath.length + 1) }
}

function toBasePath(path: string): string {
  return path.endsWith(DEFAULT_PATH) ? path.slice(0, -DEFAULT_PATH.length) : ''
}

/** For regular expressions of nginx, Apache and JavaScript; a slash stays. */
export function toPattern(path: string): string {
  return path.replace(/[.]/g, '\\.')
}
