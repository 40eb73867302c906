/** The fuzzer: some executions of each target without a finding, the same each time; a planted defect is found, kept, and repeated by its file. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '..')
const RUNS = 20_000
const TARGETS = ['jpeg-decoder', 'jpeg-roundtrip', 'headers', 'png', 'optimize', 'avif-container', 'avif-decode']

function fuzz(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['fuzz/run.js', ...args], {
    cwd: root,
    encoding: 'utf8',
  })
  return { status, text: stdout + stderr }
}

/** What is the same for the same seed: all but the speed. */
const toOutcome = (text) => text.replace(/ in \d+ s, \d+\/s/, '')

for (const target of TARGETS) {
  test(`${RUNS} executions of ${target} find nothing`, () => {
    const { status, text } = fuzz(target, `${RUNS}`)
    assert.equal(status, 0, text)
    assert.match(text, new RegExp(`^${RUNS} executions `, 'm'))
    assert.match(text, /^0 findings$/m)
    assert.ok(Number(/^([\d.]+)% accepted/m.exec(text)[1]) >= 1, text)
  })
}

test('the same seed is the same executions, another one is others', () => {
  const [one, again, other] = [[], [], ['--seed', '2']].map((flags) =>
    toOutcome(fuzz('jpeg-decoder', '3000', ...flags).text),
  )
  assert.equal(one, again)
  assert.notEqual(one.split('\n')[2], other.split('\n')[2])
})

test('a planted defect is found, and its file repeats it', (t) => {
  const { status, text } = fuzz('planted', `${RUNS}`)
  assert.equal(status, 1, text)
  const [, file] = /^finding: the planted defect\n.* --repeat (.+)$/m.exec(text)
  t.after(() => rmSync(file))
  assert.deepEqual(fuzz('planted', '--repeat', file), { status: 1, text: 'finding: the planted defect\n' })
  assert.deepEqual(fuzz('jpeg-decoder', '--repeat', file), { status: 0, text: 'no finding: the input is accepted\n' })
})

test('what cannot be fuzzed is told', () => {
  const { status, text } = fuzz('jpg', '10')
  assert.equal(status, 2)
  assert.match(text, /^Expected one of jpeg-decoder, .* for the target but received "jpg"$/m)
  assert.match(fuzz('png', 'many').text, /^Expected a whole number for the number of runs but received "many"$/m)
})
