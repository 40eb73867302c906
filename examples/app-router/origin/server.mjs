// The remote origin of the example: a small server of the pictures beside it, which knows nothing of Next.js or pixmill.
import { readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname } from 'node:path'

const folder = new URL('pictures/', import.meta.url)
const types = { '.jpg': 'image/jpeg', '.png': 'image/png', '.webp': 'image/webp' }

/** Serves `/pictures/NAME` and resolves to the listening server. Port 0 takes a free one. */
export async function startOrigin(port) {
  // Only names that were listed can be asked for, so no path ever leaves the folder.
  const names = new Set(await readdir(folder))
  const server = createServer(async (request, response) => {
    const name = /^\/pictures\/([\w.-]+)$/.exec(request.url ?? '')?.[1]
    if (!names.has(name)) return response.writeHead(404).end()
    const body = await readFile(new URL(name, folder))
    response.writeHead(200, {
      'Content-Type': types[extname(name)] ?? 'application/octet-stream',
      'Content-Length': body.length,
      'Cache-Control': 'public, max-age=86400',
      // The gallery asks for the size of each original, to tell what was saved.
      'Access-Control-Allow-Origin': '*',
    })
    response.end(request.method === 'HEAD' ? undefined : body)
  })
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  return server
}
