/** A file imports only from layers to its left, in both languages; a planted import that points up is found. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

const languages = {
  rust: {
    folder: 'src',
    ending: '.rs',
    layers: [
      'processor',
      'error',
      'limits',
      'format',
      'image',
      'planes',
      'negotiate',
      'pool',
      'room',
      'source',
      'codec',
      'pipeline',
      'cache',
      'binding',
    ],
    entries: ['lib'],
    imports: (text) =>
      [...withoutTests(text).matchAll(/\bcrate::([a-z_]+)|\bcrate::\{([^;]*)\}/g)].flatMap(([, one, many]) =>
        one ? [one] : namesIn(many),
      ),
  },
  typescript: {
    folder: 'lib',
    ending: '.ts',
    layers: [
      'errors',
      'native',
      'config',
      'request',
      'source',
      'store',
      'room',
      'library',
      'optimizer',
      'http',
      'next',
      'react',
      'export',
      'cli',
    ],
    entries: ['server'],
    // Next and the command line start the server's own entry, as an application would.
    allowed: { next: ['server'], cli: ['server'] },
    imports: (text, file) =>
      [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, specifier]) =>
        layerOf('lib', resolve(dirname(file), specifier)),
      ),
  },
}

for (const [language, rules] of Object.entries(languages)) {
  test(`${language}: every import points left`, () => {
    const files = filesIn(join(root, rules.folder), rules.ending)
    assert.ok(files.length > 10, `expected files in ${rules.folder}`)
    assert.deepEqual(
      files.flatMap((file) => violations(rules, file, readFileSync(file, 'utf8'))),
      [],
    )
  })
}

test('rust: a planted import that points up is found', () => {
  const file = join(root, 'src', 'pool', 'planted.rs')
  assert.deepEqual(violations(languages.rust, file, 'use crate::pipeline::Plan;'), [
    'src/pool/planted.rs imports pipeline',
  ])
  assert.deepEqual(violations(languages.rust, file, 'use crate::{error::Error, cache::Cache};'), [
    'src/pool/planted.rs imports cache',
  ])
})

test('typescript: a planted import that points up is found', () => {
  const file = join(root, 'lib', 'request', 'planted.ts')
  assert.deepEqual(violations(languages.typescript, file, "import { x } from '../http/headers.js'"), [
    'lib/request/planted.ts imports http',
  ])
  assert.deepEqual(violations(languages.typescript, file, "const x = await import('../cli/main.js')"), [
    'lib/request/planted.ts imports cli',
  ])
})

test('typescript: the loader imports nothing, and only the layer native imports the addon', () => {
  assert.doesNotMatch(readFileSync(join(root, 'lib/next/loader.ts'), 'utf8'), /^\s*import\b/m)
  const importers = filesIn(join(root, 'lib'), '.ts').filter((file) =>
    /from '[^']*binding\.js'/.test(readFileSync(file, 'utf8')),
  )
  assert.ok(importers.length > 0)
  assert.deepEqual(
    importers.filter((file) => layerOf('lib', file) !== 'native'),
    [],
  )
})

test('rust: only binding knows Node', () => {
  const knowing = filesIn(join(root, 'src'), '.rs').filter((file) =>
    /\bnapi(_derive)?::|#\[napi/.test(readFileSync(file, 'utf8')),
  )
  assert.deepEqual(
    knowing.filter((file) => layerOf('src', file) !== 'binding'),
    [],
  )
})

function violations(rules, file, text) {
  const own = layerOf(rules.folder, file)
  if (rules.entries.includes(own)) return []
  const rank = rules.layers.indexOf(own)
  assert.notEqual(rank, -1, `${relative(root, file)} belongs to no layer`)
  return rules
    .imports(text, file)
    .filter((layer) => layer !== own && layer !== undefined && !rules.allowed?.[own]?.includes(layer))
    .filter((layer) => !rules.layers.includes(layer) || rules.layers.indexOf(layer) > rank)
    .map((layer) => `${relative(root, file)} imports ${layer}`)
}

/** `lib/http/headers.ts` and `lib/native.ts` belong to `http` and `native`; outside the folder: undefined. */
function layerOf(folder, file) {
  const path = relative(join(root, folder), file)
  return path.startsWith('..') ? undefined : path.split(sep)[0].replace(/\.(rs|ts|js)$/, '')
}

/** `error::Error, cache::{a, b}` names error and cache. */
function namesIn(list) {
  const flat = list.replace(/\{[^{}]*\}/g, '')
  return flat
    .split(',')
    .map((part) => part.trim().split('::')[0])
    .filter(Boolean)
}

function withoutTests(text) {
  return text.split(/^#\[cfg\(test\)\]/m)[0]
}

function filesIn(folder, ending) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name))
    .sort()
}
