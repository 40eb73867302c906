/** The flags of `pixmill serve` in one table: name, help, variable, parser. Reads nothing. */
import type { Flag, Values } from '../flags.js'
import * as values from '../values.js'

/** Beside an app on 3000, which is where Next.js listens. */
export const DEFAULT_PORT = 3001

export const flags = {
  root: {
    value: 'dir',
    about: 'The project: has public/ and .next/ (default: here)',
    env: ['PIXMILL_ROOT'],
    parse: values.parseDirectory,
  },
  images: {
    value: 'json',
    about: 'images of next.config (default: as built)',
    env: ['PIXMILL_IMAGES'],
    parse: values.parseJsonObject,
  },
  endpoint: {
    value: 'path',
    about: 'images.path (default: /_next/image)',
    env: ['PIXMILL_ENDPOINT'],
    parse: values.parseEndpoint,
  },
  'base-path': {
    value: 'path',
    about: 'basePath of next.config',
    env: ['PIXMILL_BASE_PATH'],
    parse: values.parseBasePath,
  },
  port: {
    value: 'n',
    about: `0 is any free one (default: ${DEFAULT_PORT})`,
    env: ['PIXMILL_PORT', 'PORT'],
    parse: values.integer(0, 65_535),
  },
  host: { value: 'address', about: 'Default: every address', env: ['PIXMILL_HOST', 'HOST'], parse: values.parseText },
  'metrics-port': {
    value: 'n',
    about: '/health and /metrics there, and not on --port',
    env: ['PIXMILL_METRICS_PORT'],
    parse: values.integer(0, 65_535),
  },
  'metrics-host': {
    value: 'address',
    about: 'Of --metrics-port (default: as --host)',
    env: ['PIXMILL_METRICS_HOST'],
    parse: values.parseText,
  },
  memory: {
    value: 'size',
    about: 'Budget of all jobs and originals, such as 256mb',
    env: ['PIXMILL_MEMORY'],
    parse: values.parseSize,
  },
  'cache-dir': {
    value: 'dir',
    about: 'Default: <root>/.next/cache/pixmill',
    env: ['PIXMILL_CACHE_DIR'],
    parse: values.parsePath,
  },
  origin: {
    value: 'url',
    about: 'The app that relative urls are fetched from, not --root',
    env: ['PIXMILL_ORIGIN'],
    parse: values.parseOrigin,
  },
  options: {
    value: 'json',
    about: 'The options of withPixmill',
    env: ['PIXMILL_OPTIONS'],
    parse: values.parseJsonObject,
  },
  dev: { about: 'The rules of next dev', env: ['PIXMILL_DEV'], parse: values.parseSwitch },
} satisfies Record<string, Flag<unknown>>

/** What was given, as a flag or as its variable. */
export type ServeFlags = Values<typeof flags>
