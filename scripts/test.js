// `npm test`: from a clean clone through every gate. A build that fails ends the run; any other stage is reported and the next
// one runs, so that one run tells everything. `npm test -- STAGE...` runs the named stages alone, without building.
import { mkdtempSync, rmSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildExample, buildNative, buildTypes, installPackages, setUp } from './build.js'
import { root, run } from './command.js'
import { countTests } from './counts.js'
import { testVips } from './vips.js'

/** Tests that need more than this package: the built example, an installed Next.js, a judge to be compiled. Each kind has a stage of its own. */
const STAGED = {
  browser: /^browser/,
  'next-http': /^next-http/,
  living: /^living\/next-/,
  export: /^export\//,
  benches: /^benches/,
}

// Installs and builds of Next.js apps, shared by the stages and kept no longer than this run.
if (process.env.PIXMILL_NEXT_WORK === undefined) {
  const work = mkdtempSync(join(tmpdir(), 'pixmill-next-'))
  process.env.PIXMILL_NEXT_WORK = work
  process.once('exit', () => rmSync(work, { recursive: true, force: true }))
}

async function nodeTests(isWanted, options, flags = []) {
  const names = (await readdir(`${root}__test__`, { recursive: true })).filter(
    (name) => name.endsWith('.test.js') && isWanted(name),
  )
  const files = names.sort().map((name) => `__test__/${name}`)
  await run(process.execPath, ['--test', '--test-reporter=spec', ...flags, ...files], options)
}

const isStaged = (name) => Object.values(STAGED).some((pattern) => pattern.test(name))

// One file at a time: they share the browser's processors, or the folder of an install. A server that never answers must not hold up the rest.
const staged = (stage) => ({
  name: stage,
  work: (options) =>
    nodeTests((name) => STAGED[stage].test(name), options, ['--test-concurrency=1', '--test-timeout=600000']),
})

const cargo =
  (...args) =>
  (options) =>
    run('cargo', args, options)
const npx =
  (...args) =>
  (options) =>
    run('npx', ['--no-install', ...args], options)
const node =
  (...args) =>
  (options) =>
    run(process.execPath, args, options)

// The release profile everywhere: libwebp and the other C and assembly code is then compiled once, not once a profile.
const stages = [
  { name: 'setup', isVital: true, work: () => setUp('test') },
  { name: 'install', isVital: true, work: installPackages },
  { name: 'native', isVital: true, work: buildNative },
  { name: 'tsc', isVital: true, work: buildTypes },
  { name: 'rustfmt', work: cargo('fmt', '--check') },
  { name: 'clippy', work: cargo('clippy', '--release', '--all-targets', '--locked', '--', '-D', 'warnings') },
  { name: 'rust', work: cargo('test', '--release', '--locked', '--no-fail-fast') },
  { name: 'vips', work: testVips },
  { name: 'biome', work: npx('biome', 'ci', '--colors=off', '.') },
  { name: 'node', work: (options) => nodeTests((name) => !isStaged(name), options) },
  { name: 'licences', work: node('scripts/licences.js') },
  { name: 'lockfiles', work: node('scripts/lockfiles.js') },
  { name: 'example', work: buildExample },
  staged('browser'),
  staged('next-http'),
  staged('living'),
  staged('export'),
  staged('benches'),
  { name: 'matrix', work: node('__test__/next/matrix/run.js', '--sample') },
]

async function runStage({ work }) {
  const started = performance.now()
  let output = ''
  const onText = (text) => {
    output += text
  }
  const fault = await work({ onText }).then(
    () => undefined,
    (error) => error,
  )
  const counts = countTests(output)
  // A linter or a build that fails counts as one failure, as does a test runner that fails without saying how often.
  if (fault && counts.failed === 0) counts.failed = 1
  return { fault, counts, seconds: (performance.now() - started) / 1000 }
}

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !stages.some((stage) => stage.name === name))
if (unknown.length > 0) {
  const names = stages.map(({ name }) => name).join(', ')
  console.error(`Expected stages among ${names} but received ${unknown.join(', ')}`)
  process.exit(2)
}
const wanted = asked.length > 0 ? stages.filter(({ name }) => asked.includes(name)) : stages
const results = []
for (const stage of wanted) {
  console.log(`\n=== ${stage.name}`)
  const result = await runStage(stage)
  results.push({ ...stage, ...result })
  if (result.fault) console.error(`\n${stage.name}: ${result.fault.message}`)
  if (result.fault && stage.isVital) break
}

console.log('\n=== summary')
for (const { name, fault, counts, seconds } of results) {
  const tests = counts.passed + counts.failed > 0 ? `${counts.passed} passed, ${counts.failed} failed` : ''
  console.log(`${fault ? 'FAILED' : 'ok    '}  ${name.padEnd(10)} ${`${seconds.toFixed(1)} s`.padStart(9)}   ${tests}`)
}
for (const { name } of wanted.slice(results.length)) console.log(`not run ${name}`)

const sum = (key) => results.reduce((total, { counts }) => total + counts[key], 0)
// Stages that count nothing, such as a linter alone, end without a number.
if (sum('passed') + sum('failed') > 0) console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`)
process.exitCode = results.some(({ fault }) => fault) ? 1 : 0
