// Writes next-<version>.json: what Next's own modules say to cases.js. Run it with the folder of an installed `next`:
//   PIXMILL_NEXT=node_modules/next node __test__/golden/make.js
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { accepts, answers, cacheControls, conditions, requests } from './cases.js'

const next = resolve(process.env.PIXMILL_NEXT ?? 'node_modules/next')
const require = createRequire(join(next, 'package.json'))
const { ImageOptimizerCache, sendResponse } = require('./dist/server/image-optimizer.js')
const { getMaxAge } = require('./dist/server/image-optimizer/get-max-age.js')
const { searchParamsToUrlQuery } = require('./dist/shared/lib/router/utils/querystring.js')
const loadConfig = require('./dist/server/config.js').default
const { getContentType, getExtension } = require('./dist/server/serve-static.js')
const { version } = JSON.parse(readFileSync(join(next, 'package.json'), 'utf8'))

/** Next remembers a config by its directory alone. */
let configs = 0

/** As the server resolves it; a key that is null is undefined in what the optimizer sees. */
async function resolveConfig({ images = {}, ...rest } = {}) {
  const written = Object.fromEntries(Object.entries(images).filter(([, value]) => value !== null))
  const dir = join(process.cwd(), `config-${configs++}`)
  const config = await loadConfig('phase-production-server', dir, { customConfig: structuredClone({ ...rest, images: written }) })
  const nulls = Object.keys(images).filter((key) => images[key] === null)
  return { ...config, images: { ...config.images, ...Object.fromEntries(nulls.map((key) => [key, undefined])) } }
}

async function validate({ config, query, dev = false }) {
  try {
    const parsed = searchParamsToUrlQuery(new URLSearchParams(query))
    const result = ImageOptimizerCache.validateParams({ headers: {} }, parsed, await resolveConfig(config), dev)
    if ('errorMessage' in result) return { error: result.errorMessage }
    const { href, isAbsolute, isStatic, width, quality } = result
    return { href, isAbsolute, isStatic, width, quality }
  } catch (error) {
    return { throws: error.message }
  }
}

async function negotiate([formats, accept]) {
  const config = await resolveConfig(formats === undefined ? {} : { images: { formats } })
  const headers = accept === undefined ? {} : { accept }
  return ImageOptimizerCache.validateParams({ headers }, { url: '/a.png', w: '640', q: '75' }, config, false).mimeType
}

/** The headers and the status that Next writes. */
async function send(url, contentType, maxAge, isStatic, isDev, images, headers = {}) {
  const { images: resolved } = await resolveConfig({ images })
  const written = { status: 200, headers: {}, hasBody: false }
  const response = {
    setHeader: (name, value) => {
      written.headers[name] = String(value)
    },
    set statusCode(status) {
      written.status = status
    },
    end: (body) => {
      written.hasBody = body !== undefined
    },
  }
  const request = { method: 'GET', headers }
  sendResponse(request, response, url, getExtension(contentType), Buffer.from('body'), 'E', isStatic, 'MISS', resolved, maxAge, isDev)
  if (written.status === 200 && getContentType(getExtension(contentType)) !== contentType) throw new Error(contentType)
  return written
}

const condition = ([ifNoneMatch, cacheControl]) => {
  const headers = { ...(ifNoneMatch ? { 'if-none-match': ifNoneMatch } : {}), ...(cacheControl ? { 'cache-control': cacheControl } : {}) }
  return send('/a.png', 'image/webp', 60, false, false, {}, headers)
}

const all = async (cases, run) => {
  const results = []
  for (const one of cases) results.push(await run(one))
  return results
}

const table = {
  version,
  requests: await all(requests, validate),
  accepts: await all(accepts, negotiate),
  answers: await all(answers, (args) => send(...args)),
  conditions: await all(conditions, condition),
  cacheControls: cacheControls.map((text) => getMaxAge(text)),
}
writeFileSync(new URL(`./next-${version}.json`, import.meta.url), `${JSON.stringify(table, null, 2)}\n`)
console.log(`${requests.length + accepts.length + answers.length + conditions.length + cacheControls.length} answers of next ${version}`)
