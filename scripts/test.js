// `npm test`: from a clean clone through every gate. A build that fails ends the run; any other stage is reported and the next
// one runs, so that one run tells everything. `npm test -- STAGE...` runs the named stages alone, without building.
import { readdir } from 'node:fs/promises'
import { buildExample, buildNative, buildTypes, installPackages, setUp } from './build.js'
import { root, run } from './command.js'
import { countTests } from './counts.js'

/** Tests that need the built example, in a stage of their own. */
const BROWSER = /^browser.*\.test\.js$/

async function nodeTests(isWanted, options) {
  const names = (await readdir(`${root}__test__`, { recursive: true })).filter(
    (name) => name.endsWith('.test.js') && isWanted(name),
  )
  const files = names.sort().map((name) => `__test__/${name}`)
  await run(process.execPath, ['--test', '--test-reporter=spec', ...files], options)
}

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
  { name: 'biome', work: npx('biome', 'ci', '--colors=off', '.') },
  { name: 'node', work: (options) => nodeTests((name) => !BROWSER.test(name), options) },
  { name: 'licences', work: node('scripts/licences.js') },
  { name: 'lockfiles', work: node('scripts/lockfiles.js') },
  { name: 'example', work: buildExample },
  { name: 'browser', work: (options) => nodeTests((name) => BROWSER.test(name), options) },
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
