/** The flags of `pixmill export` in one table: name, help, variable, parser. Reads nothing. */
import type { Flag, Values } from '../flags.js'
import * as values from '../values.js'

const FORMATS = ['avif', 'webp', 'jpeg'] as const
const SERVERS = ['nginx', 'apache', 'netlify', 'cloudflare', 'cloudfront'] as const

export const flags = {
  root: {
    value: 'dir',
    about: 'The Next.js project (default: here)',
    env: ['PIXMILL_ROOT'],
    parse: values.parseDirectory,
  },
  rewrite: { about: 'Let the pages of a site use the variants', parse: values.parseSwitch },
  remote: { about: 'Fetch the pictures of other hosts, too', parse: values.parseSwitch },
  formats: {
    value: 'list',
    about: `Of ${FORMATS.join(', ')} (default: avif,webp)`,
    parse: values.list(values.oneOf(...FORMATS)),
  },
  widths: {
    value: 'list',
    about: 'Pixels, of pictures without a fixed width',
    parse: values.list(values.integer(1, 16_384)),
  },
  quality: { value: 'n', about: '1 to 100 (default: 75)', parse: values.integer(1, 100) },
  'base-path': { value: 'path', about: 'What URLs begin with and the folder has not', parse: values.parseBasePath },
  strict: { about: 'A picture that fails ends the run with 1', parse: values.parseSwitch },
  rules: {
    value: 'list',
    about: `Write rules for ${SERVERS.join(', ')}`,
    parse: values.list(values.oneOf(...SERVERS)),
  },
  'rules-dir': { value: 'dir', about: 'Where to (default: pixmill-rules)', parse: values.parsePath },
  memory: {
    value: 'bytes',
    about: 'Such as 256mb (default: at most 384mb)',
    env: ['PIXMILL_MEMORY'],
    parse: values.parseSize,
  },
  threads: {
    value: 'n',
    about: 'Default: all processors',
    env: ['PIXMILL_THREADS'],
    parse: values.integer(1, 256),
  },
  'cache-dir': {
    value: 'dir',
    about: 'What runs leave for the next',
    env: ['PIXMILL_CACHE_DIR'],
    parse: values.parsePath,
  },
  quiet: { about: 'Only problems, and one line', parse: values.parseSwitch },
  json: { about: 'One JSON document, nothing else', parse: values.parseSwitch },
} satisfies Record<string, Flag<unknown>>

export type ExportFlags = Values<typeof flags>

/** Flags that make sense only for a site: a Next.js export has its own say in next.config. */
export const SITE_FLAGS = ['rewrite', 'remote', 'formats', 'widths', 'quality', 'base-path'] as const
