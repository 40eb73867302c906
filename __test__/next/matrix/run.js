/**
 * The matrix: fresh Next.js apps with the packed pixmill, each built, started and crawled.
 * `node __test__/next/matrix/run.js [--sample | --all | --only 3,17] [--tarball pixmill.tgz] [--work folder] [--list]`
 * Without a folder, `PIXMILL_NEXT_WORK` or a new one.
 */
import { once } from 'node:events'
import { mkdirSync, mkdtempSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { makePng } from '../../pictures.js'
import { appEnv, describeApp, NATURAL_WIDTH, writeApp } from './app.js'
import { listCases, sampleCases } from './cases.js'
import { crawl } from './crawl.js'
import { startApp } from './modes.js'
import { compareLoaders } from './parity.js'
import { packPixmill, prepareInstall } from './store.js'

const { values } = parseArgs({
  options: {
    sample: { type: 'boolean' },
    all: { type: 'boolean' },
    list: { type: 'boolean' },
    only: { type: 'string' },
    tarball: { type: 'string' },
    work: { type: 'string' },
  },
})

function chooseCases() {
  const cases = listCases()
  if (values.only) return cases.filter(({ id }) => values.only.split(',').includes(id))
  return values.all ? cases : sampleCases(cases)
}

async function startRemote() {
  const picture = makePng(NATURAL_WIDTH, 400)
  const server = createServer((_req, res) => res.setHeader('Content-Type', 'image/png').end(picture)).listen(
    0,
    'localhost',
  )
  await once(server, 'listening')
  return { url: `http://localhost:${server.address().port}`, close: () => server.close() }
}

const compared = new Set()

/** The loader against the one of the installed Next, once for each version. */
async function compareOnce(app, version) {
  if (compared.has(version)) return []
  compared.add(version)
  return compareLoaders(app)
}

/** One case; its faults, its number of pictures, the sizes of a standalone output. */
async function runCase(testCase, { work, tarball, remote }) {
  let server
  try {
    const install = await prepareInstall(work, testCase, tarball)
    writeApp(install.app, testCase, remote)
    const parity = await compareOnce(install.app, testCase.version)
    server = await startApp(install, testCase, appEnv(remote))
    const result = await crawl(server.origin, describeApp(testCase))
    result.faults.push(...parity)
    if (result.faults.length > 0) result.faults.push(server.output().slice(-1500))
    return { ...result, sizes: server.sizes }
  } catch (error) {
    return { faults: [error.message], pictures: 0 }
  } finally {
    await server?.stop()
  }
}

function describeCase({ id, version, bundler, mode, endpoint, shape, config, layout }) {
  return [
    id.padStart(3),
    version.padEnd(8),
    bundler.padEnd(10),
    mode.padEnd(11),
    endpoint.padEnd(5),
    shape.padEnd(14),
    config.padEnd(9),
    layout,
  ].join(' ')
}

const toMegabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`

function describeResult({ faults, pictures, sizes }, seconds) {
  const size = sizes
    ? `, ${toMegabytes(sizes.bytes)} without sharp, ${toMegabytes(sizes.bytes + sizes.sharpBytes)} with it`
    : ''
  return `${faults.length === 0 ? 'passed' : 'FAILED'} ${pictures} pictures in ${seconds} s${size}`
}

async function main() {
  const cases = chooseCases()
  if (values.list) {
    for (const testCase of cases) console.log(describeCase(testCase))
    return
  }
  const work = resolve(values.work ?? process.env.PIXMILL_NEXT_WORK ?? mkdtempSync(join(tmpdir(), 'pixmill-matrix-')))
  mkdirSync(work, { recursive: true })
  const tarball = values.tarball ? resolve(values.tarball) : await packPixmill(work)
  const remote = await startRemote()
  let failed = 0
  for (const testCase of cases) {
    const start = performance.now()
    const result = await runCase(testCase, { work, tarball, remote: remote.url })
    const seconds = Math.round((performance.now() - start) / 1000)
    console.log(`${describeCase(testCase)}  ${describeResult(result, seconds)}`)
    for (const fault of result.faults) console.log(`      ${fault.replaceAll('\n', '\n      ')}`)
    if (result.faults.length > 0) failed++
  }
  remote.close()
  console.log(`${cases.length - failed} passed, ${failed} failed`)
  process.exitCode = failed > 0 ? 1 : 0
}

await main()
