/** The project's plain files: `public/` and `.next/static`. Never a dotfile, never a file outside of the two, never a directory list. */
import { realpath } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join, sep } from 'node:path'
import sirv, { type RequestHandler } from 'sirv'

export interface FilesOptions {
  readonly root: string
  readonly distDir: string
  readonly basePath: string
  readonly isDev: boolean
}

/** Resolves to whether the request was answered. */
export type FilesHandler = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>

interface Mount {
  readonly prefix: string
  readonly dir: string
  readonly serve: RequestHandler
}

const STATIC = '/_next/static'

// The values of `next start`.
const IMMUTABLE = 'public, max-age=31536000, immutable'
const REVALIDATED = 'public, max-age=0'

export function createFilesHandler({ root, distDir, basePath, isDev }: FilesOptions): FilesHandler {
  const built = join(distDir, 'static')
  const mounts = isDev
    ? [mount(STATIC, join(distDir, 'dev', 'static'), 'no-store'), mount(STATIC, built, 'no-store')]
    : [mount(STATIC, built, IMMUTABLE)]
  mounts.push(mount('', join(root, 'public'), isDev ? 'no-store' : REVALIDATED))
  return async (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false
    const path = withoutBasePath(request.url ?? '/', basePath)
    for (const candidate of mounts) {
      if (await tryMount(candidate, path, request, response)) return true
    }
    return false
  }
}

/**
 * sirv in its `dev` mode: it looks at the disk at each request. Its other mode remembers sizes at start, and a file that changed later would be
 * sent with the old Content-Length.
 */
function mount(prefix: string, dir: string, cacheControl: string): Mount {
  const setHeaders = (response: ServerResponse) => void response.setHeader('Cache-Control', cacheControl)
  return { prefix, dir, serve: sirv(dir, { dev: true, etag: true, extensions: [], setHeaders }) }
}

/** A proxy in front may have taken the base path away, so both forms are served. */
function withoutBasePath(url: string, basePath: string): string {
  return basePath !== '' && url.startsWith(`${basePath}/`) ? url.slice(basePath.length) : url
}

async function tryMount(
  { prefix, dir, serve }: Mount,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
) {
  if (!path.startsWith(`${prefix}/`)) return false
  const below = path.slice(prefix.length)
  if (!(await isInside(dir, below))) return false
  return serveBelow(serve, below, request, response)
}

/** No dotfile, no `..`, and no symbolic link that leads out. */
async function isInside(dir: string, url: string): Promise<boolean> {
  const name = decodePath(url)
  if (name === undefined || /(^|[\\/])\.(?!well-known[\\/])/.test(name) || name.includes('\0')) return false
  try {
    const [home, file] = await Promise.all([realpath(dir), realpath(join(dir, name))])
    return file.startsWith(home + sep)
  } catch {
    return false
  }
}

/** As sirv decodes, so that both look at the same file. */
function decodePath(url: string): string | undefined {
  try {
    return decodeURI(url.replace(/[?#].*$/s, ''))
  } catch {
    return undefined
  }
}

/** sirv reads `request.url`, which is given back for whoever comes next. */
function serveBelow(serve: RequestHandler, below: string, request: IncomingMessage, response: ServerResponse): boolean {
  const { url } = request
  let isServed = true
  request.url = below
  keepSimpleRange(request)
  tieToResponse(response)
  serve(request, response, () => {
    isServed = false
  })
  request.url = url
  return isServed
}

/** sirv understands `bytes=5-` and `bytes=5-9`. A server may answer any other range with the whole file. */
function keepSimpleRange({ headers }: IncomingMessage): void {
  const [, start, end] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? []
  const isSimple = start !== undefined && (end === '' || (Number(end) > 0 && Number(start) <= Number(end)))
  if (!isSimple || headers['if-range'] !== undefined) delete headers.range
}

/** sirv pipes without a look back: a file that vanished would end the process, and a client that left would keep the file open. */
function tieToResponse(response: ServerResponse): void {
  response.once('pipe', (stream) => {
    stream.once('error', () => response.destroy())
    response.once('close', () => stream.destroy())
  })
}
