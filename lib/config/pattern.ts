/** `localPatterns` and `remotePatterns`, compiled once with picomatch as Next does. Never sees a request. */
import picomatch from 'picomatch'
import { optionError } from '../errors.js'

export interface LocalPattern {
  readonly pathname: RegExp
  readonly search: string | undefined
}

export interface RemotePattern extends LocalPattern {
  readonly protocol: string | undefined
  readonly hostname: RegExp
  readonly port: string | undefined
}

export function compileLocalPattern(value: unknown, name: string): LocalPattern {
  const fields = toFields(value, name)
  return { pathname: compilePathname(fields, name), search: readText(fields, 'search', name) }
}

export function compileRemotePattern(value: unknown, name: string): RemotePattern {
  const fields = toFields(value, name)
  const hostname = readText(fields, 'hostname', name)
  if (hostname === undefined) throw optionError(`${name}.hostname`, 'a string', hostname)
  const protocol = readText(fields, 'protocol', name)?.replace(/:$/, '')
  if (protocol !== undefined && protocol !== 'http' && protocol !== 'https') {
    throw optionError(`${name}.protocol`, '"http" or "https"', protocol)
  }
  return {
    protocol,
    hostname: toRegExp(hostname, {}),
    port: readText(fields, 'port', name),
    pathname: compilePathname(fields, name),
    search: readText(fields, 'search', name),
  }
}

function compilePathname(fields: Record<string, unknown>, name: string): RegExp {
  return toRegExp(readText(fields, 'pathname', name) ?? '**', { dot: true })
}

/** Next's manifests hold the source of the compiled expression. No glob for a host or a path starts with `^`. */
function toRegExp(pattern: string, options: picomatch.PicomatchOptions): RegExp {
  return pattern.startsWith('^') ? new RegExp(pattern) : picomatch.makeRe(pattern, options)
}

/** A pattern may be a URL, whose fields are getters. */
function toFields(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw optionError(name, 'an object', value)
  return value as Record<string, unknown>
}

/** `null` is what JSON makes of `undefined`. */
function readText(fields: Record<string, unknown>, key: string, name: string): string | undefined {
  const value = fields[key]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw optionError(`${name}.${key}`, 'a string', value)
  return value
}
