// What the rules of the endpoint start from: the files of a project, an upstream, and an app of any kind that is taken down afterwards.
import { readFileSync } from 'node:fs'
import { probe } from '../../dist/native.js'
import { makePng, makePngBomb } from '../pictures.js'
import { createProject, listen } from './app.js'

const fixture = (name) => readFileSync(new URL(`../fixtures/${name}`, import.meta.url))

export const JPEG = fixture('photo-large.jpg')
export const WEBP = fixture('photo.webp')
export const PNG = makePng(800, 500)
export const HTML = Buffer.from('<!doctype html><p>no picture</p>')
export const NATURAL = probe(JPEG)

export const UPSTREAM = '"url" parameter is valid but upstream response is invalid'
export const INTERNAL = '"url" parameter is valid but internal response is invalid'
export const BOTH = 'image/avif,image/webp'

export const files = {
  'public/photo.jpg': JPEG,
  'public/picture.png': PNG,
  'public/picture.webp': WEBP,
  'public/small.png': makePng(40, 30),
  'public/moving.gif': fixture('animated.gif'),
  'public/moving.webp': fixture('animated.webp'),
  'public/still.gif': fixture('still.gif'),
  'public/icon.ico': fixture('bitmap.ico'),
  'public/old.bmp': fixture('rgb.bmp'),
  'public/scan.tif': fixture('rgb.tiff'),
  'public/clear.tif': fixture('alpha.tiff'),
  'public/drawing.svg': fixture('disc.svg'),
  'public/page.png': HTML,
  'public/paper.png': Buffer.from('%PDF-1.4\n'),
  'public/cut.jpg': JPEG.subarray(0, 300),
  'public/cut.tif': fixture('rgb.tiff').subarray(0, 100),
  'public/bomb.png': makePngBomb(60_000, 60_000),
  'public/猫.png': makePng(50, 50),
  '.next/static/media/import.1234.jpg': JPEG,
}

export const toCacheControl = (ttl) =>
  `public, max-age=${ttl}, must-revalidate, stale-while-revalidate=${ttl}, stale-if-error=86400`
export const type = ({ headers }) => headers['content-type']
export const state = ({ headers }) => headers['x-nextjs-cache']

/**
 * `start(input, options)` starts an app of a kind over the project in `input.root`. Gives a function that runs `body` with such an app and a
 * project of its own, in which `project.start()` starts one more. All are closed at the end.
 */
export function createWithApp(start) {
  return async (input, body, options) => {
    const project = createProject(files)
    const apps = []
    const startHere = async () => {
      const app = closeOnce(await start({ root: project.root, ...input }, options))
      apps.push(app)
      return app
    }
    try {
      await body(await startHere(), { ...project, start: startHere })
    } finally {
      await Promise.all(apps.map((app) => app.close()))
      project.remove()
    }
  }
}

function closeOnce(app) {
  let closing
  const close = () => {
    closing ??= app.close()
    return closing
  }
  return { ...app, close }
}

/** An upstream with a log of its requests. */
export async function withUpstream(routes, body) {
  const requests = []
  const { origin, close } = await listen((request, response) => {
    requests.push(request)
    const route = routes[request.url.split('?')[0]]
    if (route === undefined) response.writeHead(404).end()
    else route(response, request)
  })
  const images = {
    dangerouslyAllowLocalIP: true,
    remotePatterns: [{ hostname: '127.0.0.1' }],
    formats: ['image/avif', 'image/webp'],
  }
  try {
    await body({ origin, requests, images })
  } finally {
    await close()
  }
}

export const send =
  (body, headers = {}) =>
  (response) =>
    response.writeHead(200, headers).end(body)
