// The gates of `npm test` that are scripts of ours: each one must fail on a planted fault.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countTests } from '../scripts/counts.js'
import { crates, faults, isAllowed, npmPackages } from '../scripts/licences.js'
import { addresses, isInStep } from '../scripts/lockfiles.js'

test('licence expressions: a choice needs one allowed licence, a sum needs all', () => {
  for (const expression of [
    'MIT',
    'MIT OR Apache-2.0',
    'MIT/Apache-2.0',
    'GPL-3.0-only OR MIT',
    '(MIT OR GPL-2.0-only) AND BSD-3-Clause',
    'Apache-2.0 WITH LLVM-exception OR MIT',
    '(MIT OR Apache-2.0) AND IJG',
  ]) {
    assert.equal(isAllowed(expression), true, expression)
  }
  for (const expression of [
    'GPL-3.0-only',
    'AGPL-3.0-or-later',
    'LGPL-2.1-or-later',
    'MIT AND GPL-3.0-only',
    'MIT OR',
    '(MIT',
    'MIT)',
    'MIT GPL-3.0-only',
    'SEE LICENSE IN file',
    'UNLICENSED',
    '',
    undefined,
    null,
  ]) {
    assert.equal(isAllowed(expression), false, String(expression))
  }
})

function metadata({ planted, kind }) {
  const deps = (names) => names.map(([pkg, k]) => ({ pkg, dep_kinds: [{ kind: k }] }))
  return {
    packages: [
      { id: 'root', name: 'pixmill', version: '0.1.0', license: 'MIT' },
      { id: 'a', name: 'a', version: '1.0.0', license: 'MIT OR Apache-2.0' },
      { id: 'b', name: 'b', version: '2.0.0', license: planted },
    ],
    resolve: {
      root: 'root',
      nodes: [
        { id: 'root', deps: deps([['a', null]]) },
        { id: 'a', deps: deps([['b', kind]]) },
        { id: 'b', deps: [] },
      ],
    },
  }
}

test('a planted GPL crate is refused, unless it only serves development', () => {
  assert.deepEqual(faults(crates(metadata({ planted: 'ISC', kind: null }))), [])
  assert.deepEqual(faults(crates(metadata({ planted: 'GPL-3.0-only', kind: null }))), [
    'Expected an allowed licence for b 2.0.0 but received GPL-3.0-only',
  ])
  assert.equal(faults(crates(metadata({ planted: 'GPL-3.0-only', kind: 'build' }))).length, 1)
  assert.deepEqual(faults(crates(metadata({ planted: 'GPL-3.0-only', kind: 'dev' }))), [])
})

test('a planted npm package without a licence is refused', () => {
  const packages = { '': { license: 'MIT' }, 'node_modules/a': { version: '1.0.0', license: 'ISC' } }
  assert.deepEqual(faults(npmPackages({ packages })), [])
  packages['node_modules/@x/b'] = { version: '3.1.0' }
  assert.deepEqual(faults(npmPackages({ packages })), ['Expected an allowed licence for @x/b 3.1.0 but received none'])
  packages['node_modules/@x/b'].dev = true
  assert.deepEqual(faults(npmPackages({ packages })), [])
})

test('a registry address in a lockfile is found; funding pages and local files are none', () => {
  const line = (value) => `      "resolved": "${value}",`
  const clean = ['{', line('file:../..'), '        "url": "https://opencollective.example/postcss"', '}']
  assert.deepEqual(addresses(clean.join('\n')), [])
  assert.equal(addresses([...clean, line('https://registry.example/a.tgz')].join('\n')).length, 1)
  assert.deepEqual(addresses('source = "registry+https://github.com/rust-lang/crates.io-index"'), [])
  assert.equal(addresses('source = "sparse+https://mirror.example/index/"').length, 1)
})

test('an example that was locked with other dependencies is found', () => {
  const lockfile = { packages: { 'node_modules/pixmill': { dependencies: { undici: '7.0.0', picomatch: '4.0.0' } } } }
  assert.equal(isInStep({ dependencies: { picomatch: '4.0.0', undici: '7.0.0' } }, lockfile), true)
  assert.equal(isInStep({ dependencies: { picomatch: '4.0.0' } }, lockfile), false)
  assert.equal(isInStep({ dependencies: { picomatch: '4.0.1', undici: '7.0.0' } }, lockfile), false)
})

test('closing lines of test runners are summed, with and without colors', () => {
  const output = [
    'test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured',
    'test result: FAILED. 3 passed; 2 failed; 0 ignored',
    'ℹ pass 40',
    'ℹ fail 1',
    '\u001b[34mℹ pass 2\u001b[39m',
    '7 passed, 0 failed',
    'a test says 99 passed in its title',
  ].join('\n')
  assert.deepEqual(countTests(output), { passed: 64, failed: 3 })
})
