/** CloudFront: one function for two events. The URI is rewritten before the cache is asked, so `Accept` need not be in its key. */
import { ACCEPTS_AVIF_LITERAL } from './accept.js'
import { toPattern } from './location.js'
import type { FormatRules, Location } from './rule.js'

export function formatCloudfront(location: Location): FormatRules {
  return {
    files: [
      {
        name: 'pixmill-cloudfront.js',
        text: formatFunction(location),
        about:
          'A CloudFront Function (runtime cloudfront-js-2.0). Associate it with viewer request and viewer response of the behavior ' +
          `${location.path}/*. Its cache policy needs no header: leave Accept out, or each browser has copies of its own.`,
      },
    ],
  }
}

/** Two files at most in the cache, whatever browsers send. The response says `Vary` to the caches behind us, which see one URL. */
function formatFunction({ path }: Location): string {
  return `const PICTURE = /^${toPattern(path).replaceAll('/', '\\/')}\\/.+/
const EXTENSION = /\\.([a-z]+)$/
// Named, and not with q=0.
const ACCEPTS_AVIF = ${ACCEPTS_AVIF_LITERAL}

function handler(event) {
  const request = event.request
  const isRequest = event.context.eventType === 'viewer-request'
  if (!PICTURE.test(request.uri)) return isRequest ? request : event.response
  return isRequest ? toFile(request) : toAnswer(request, event.response)
}

function toFile(request) {
  if (!EXTENSION.test(request.uri)) request.uri += '.' + chooseFormat(request)
  return request
}

// S3 knows the type only if the upload said it.
function toAnswer(request, response) {
  const extension = EXTENSION.exec(request.uri)
  const format = extension ? extension[1] : chooseFormat(request)
  if (format !== 'avif' && format !== 'webp') return response
  const isPicture = response.statusCode === 200 || response.statusCode === 206
  if (isPicture) response.headers['content-type'] = { value: 'image/' + format }
  const vary = response.headers['vary']
  response.headers['vary'] = { value: vary ? vary.value + ', Accept' : 'Accept' }
  return response
}

function chooseFormat(request) {
  return ACCEPTS_AVIF.test(readAccept(request.headers['accept'])) ? 'avif' : 'webp'
}

// A header that was sent twice is a list.
function readAccept(header) {
  if (!header) return ''
  if (!header.multiValue) return header.value
  return header.multiValue.map((one) => one.value).join(',')
}
`
}
