/** Fetches pages and every picture on them, and lists what is not as it must be. */
import { NATURAL_WIDTH } from './app.js'
import { readPicture } from './dimensions.js'

const ACCEPTS = [
  { accept: 'image/avif,image/webp,*/*;q=0.8', type: 'image/avif' },
  { accept: 'image/webp,*/*;q=0.8', type: 'image/webp' },
  { accept: undefined, type: 'image/png' },
]
const NATURAL_WIDTHS = { avatar: 96 }

/** `{ faults, pictures }` of the pages in `paths`. */
export async function crawl(origin, { pages, endpoint }) {
  const faults = []
  const urls = new Set()
  for (const page of pages) {
    const response = await fetch(origin + page, { redirect: 'manual' })
    const html = await response.text()
    if (response.status !== 200) faults.push(`${page}: ${response.status}`)
    const found = findPictures(html)
    if (found.length === 0) faults.push(`${page}: no pictures`)
    for (const url of found) urls.add(url)
  }
  for (const url of urls) faults.push(...(await checkPicture(origin, url, endpoint)))
  return { faults, pictures: urls.size }
}

/** The URLs of the pictures in `html`. */
export function findPictures(html) {
  const text = html.replaceAll('&amp;', '&')
  const sources = [...text.matchAll(/<img[^>]* src="([^"]+)"/g)].map(([, src]) => src)
  const sets = [...text.matchAll(/(?:srcSet|imageSrcSet|srcset|imagesrcset)="([^"]+)"/g)].flatMap(([, set]) =>
    set.split(', ').map((part) => part.split(' ')[0]),
  )
  return [...new Set([...sources, ...sets])].filter((src) => !src.startsWith('data:'))
}

async function checkPicture(origin, url, endpoint) {
  if (url === '/logo.svg') return []
  if (!url.startsWith(`${endpoint}?url=`)) return [`${url}: not a URL of ${endpoint}`]
  const query = new URL(url, origin).searchParams
  // AVIF is the slow one, and one picture of each kind shows that it is negotiated.
  const accepts = query.get('w') === '64' ? ACCEPTS : ACCEPTS.slice(1, 2)
  const faults = []
  for (const { accept, type } of accepts) faults.push(...(await checkAnswer(origin + url, { accept, type, query })))
  return faults
}

async function checkAnswer(url, { accept, type, query }) {
  // The cookie shows whether a local source is asked without the client's headers.
  const headers = { cookie: 'session=1', accept: accept ?? '*/*' }
  const response = await fetch(url, { headers, redirect: 'manual' })
  const data = Buffer.from(await response.arrayBuffer())
  if (response.status !== 200) return [`${url}: ${response.status} ${data.subarray(0, 200).toString()}`]
  const faults = []
  const sent = response.headers.get('content-type')
  if (sent !== type) faults.push(`${url}: content-type ${sent} for accept ${accept}`)
  const picture = readPicture(data)
  if (picture.type !== type) faults.push(`${url}: bytes of ${picture.type}`)
  const natural = query.get('url').includes('avatar') ? NATURAL_WIDTHS.avatar : NATURAL_WIDTH
  const width = Math.min(Number(query.get('w')), natural)
  if (picture.width !== width) faults.push(`${url}: width ${picture.width} instead of ${width}`)
  if (!/\baccept\b/i.test(response.headers.get('vary') ?? ''))
    faults.push(`${url}: vary ${response.headers.get('vary')}`)
  return faults
}
