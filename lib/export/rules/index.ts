/**
 * Rules for static servers, for `exportFormat: 'negotiated'`: a picture's URL has no extension, and of the files `.avif` and `.webp` beside
 * each other the one is sent that the client shows. Pure: whoever asks writes the files.
 */
import { optionError } from '../../errors.js'
import { formatApache } from './apache.js'
import { formatCloudflare } from './cloudflare.js'
import { formatCloudfront } from './cloudfront.js'
import { withHead } from './head.js'
import { parseLocation } from './location.js'
import { formatNetlify } from './netlify.js'
import { formatNginx } from './nginx.js'
import type { FormatRules, Location, RulePath, ServerName } from './rule.js'

export type { FormatRules, RuleFile, RulePath, ServerName } from './rule.js'

interface Entry {
  readonly name: ServerName
  readonly about: string
  readonly format: (location: Location) => FormatRules
}

export const RULES: readonly Entry[] = [
  { name: 'nginx', about: 'A map of Accept and a location with try_files', format: formatNginx },
  { name: 'apache', about: 'A .htaccess with mod_rewrite and mod_headers', format: formatApache },
  { name: 'netlify', about: 'An edge function and its lines of netlify.toml', format: formatNetlify },
  { name: 'cloudflare', about: 'A Pages Function, or a Worker with static assets', format: formatCloudflare },
  { name: 'cloudfront', about: 'A CloudFront Function; the cache policy needs no header', format: formatCloudfront },
]

export function formatRules(server: ServerName, path: RulePath): FormatRules {
  const entry = RULES.find(({ name }) => name === server)
  if (entry === undefined) throw optionError('the server', `one of ${RULES.map(({ name }) => name).join(', ')}`, server)
  return { files: entry.format(parseLocation(path)).files.map(withHead) }
}
