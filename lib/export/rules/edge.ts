/** What the scripts for Netlify and for Cloudflare share, as text: both speak `Request` and `Response`. */
import { ACCEPTS_AVIF_LITERAL } from './accept.js'

/**
 * `load(request)` is the host's way to a static file. The second file is asked for where the first is not there; headers such as
 * `If-None-Match` and `Range`, and the method, go along.
 */
export const NEGOTIATE = `// Named, and not with q=0.
const ACCEPTS_AVIF = ${ACCEPTS_AVIF_LITERAL}

const hasExtension = (url) => /\\.[a-z]+$/.test(new URL(url).pathname)

async function answer(request, load) {
  const formats = ACCEPTS_AVIF.test(request.headers.get('accept') ?? '') ? ['avif', 'webp'] : ['webp']
  let response
  for (const format of formats) {
    const url = new URL(request.url)
    url.pathname += \`.\${format}\`
    response = await load(new Request(url, request))
    if (response.status !== 404) return toAnswer(response, format)
  }
  return response
}

function toAnswer(response, format) {
  const headers = new Headers(response.headers)
  headers.append('vary', 'Accept')
  if (response.ok) headers.set('content-type', \`image/\${format}\`)
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers })
}
`
