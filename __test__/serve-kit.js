/** What the tests of `pixmill serve` share: a project, requests as they are written, an upstream. */
import { once } from 'node:events'
import { createServer, get } from 'node:http'
import { makeFolder } from './cli-process.js'
import { makePng } from './pictures.js'

export const picture = makePng(800, 600)
export const WEBP = { accept: 'image/avif,image/webp,*/*' }

/** A project as `next build` leaves it, as far as the server looks. */
export const makeProject = (t, files = {}) =>
  makeFolder(t, {
    'public/photo.png': picture,
    'public/note.txt': 'a note\n',
    'public/.env': 'SECRET=1\n',
    'public/.well-known/security.txt': 'mail us\n',
    '.next/static/chunks/app.js': 'run()\n',
    'secret.txt': 'nobody\n',
    ...files,
  })

export const optimized = (source, width, quality = 75) =>
  `/_next/image?url=${encodeURIComponent(source)}&w=${width}&q=${quality}`

export async function fetchPicture(url, headers = WEBP) {
  const response = await fetch(url, { headers })
  const body = Buffer.from(await response.arrayBuffer())
  return {
    status: response.status,
    cache: response.headers.get('x-nextjs-cache'),
    type: response.headers.get('content-type'),
    body,
  }
}

/** The path goes out as written: `fetch` would tidy it up. */
export function getRaw(base, path, { agent, method = 'GET', headers } = {}) {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(base)
    get({ hostname, port, path, agent, method, headers }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (text) => {
        body += text
      })
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }))
    }).on('error', reject)
  })
}

export async function startApp(t, listener) {
  const app = createServer(listener).listen(0, '127.0.0.1')
  await once(app, 'listening')
  t.after(() => {
    app.closeAllConnections()
    app.close()
  })
  return `http://127.0.0.1:${app.address().port}`
}

/** Resolves with what `look` finds in the output so far, as soon as it finds something. */
export function untilOutput(stream, look) {
  return new Promise((resolve) => {
    const check = () => {
      const found = look()
      if (found) resolve(found)
    }
    stream.on('data', check)
    check()
  })
}
