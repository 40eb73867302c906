/**
 * Every file of the folder in `PIXMILL_CORPUS`, in one process: what should decode does, what is hostile ends in an error or a picture as its
 * manifest says, and nothing takes ten seconds. The corpus is not part of the project; without it these tests say that they were left out.
 */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { optimize, stats } from 'pixmill'

const corpus = process.env.PIXMILL_CORPUS
const skip = !(corpus && existsSync(join(corpus, 'MANIFEST.tsv'))) && 'PIXMILL_CORPUS names no corpus'
const DECODED = /\.(jpe?g|png|webp|gif|tiff?|bmp|ico|avif)$/i
const MAY_BE_UNSUPPORTED = ['graphics/tiff/jello.tif', 'graphics/ico/png_rgb8.ico']
const MAX_MS = 10_000

test('each decodable picture becomes a variant', { skip }, async () => {
  const files = entries().filter(({ path }) => !path.startsWith('hostile/') && DECODED.test(path))
  const failures = await failuresOf(files, ({ path, expected, result, ms }) => {
    if (ms > MAX_MS) return `${ms} ms`
    if (!(result instanceof Error) || (expected === 'either' && isClean(result))) return undefined
    return result.code === 'ERR_UNSUPPORTED' && MAY_BE_UNSUPPORTED.includes(path) ? undefined : result.message
  })
  assert.deepEqual(failures, [])
})

test('each hostile file ends in an error or a picture, as expected', { skip }, async () => {
  const files = entries().filter(({ path }) => path.startsWith('hostile/'))
  const failures = await failuresOf(files, ({ expected, result, ms }) => {
    if (ms > MAX_MS) return `${ms} ms`
    if (!(result instanceof Error)) return /^error/.test(expected) ? `a picture, expected ${expected}` : undefined
    if (!isClean(result)) return `${result.code}: ${result.message}`
    const mustDecode = /^(decodes|first-frame)$/.test(expected)
    return mustDecode && result.code !== 'ERR_UNSUPPORTED' ? `${result.message}, expected ${expected}` : undefined
  })
  assert.deepEqual(failures, [])
  assert.equal(stats().lentBytes, 0)
})

/** The file's fault, or the policy's: never ours. */
function isClean({ code }) {
  return /^ERR_(INPUT|UNSUPPORTED|LIMIT)$/.test(code)
}

async function failuresOf(files, judge) {
  assert.ok(files.length > 0)
  const failures = []
  for (const { path, expected } of files) {
    const started = performance.now()
    const result = await optimize(join(corpus, path), { width: 640, format: 'webp' }).catch((error) => error)
    const failure = judge({ path, expected, result, ms: Math.round(performance.now() - started) })
    if (failure) failures.push(`${path}: ${failure}`)
  }
  return failures
}

function entries() {
  const [names, ...rows] = readFileSync(join(corpus, 'MANIFEST.tsv'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'))
  return rows.map((row) => ({ path: row[names.indexOf('path')], expected: row[names.indexOf('expected')] }))
}
