// `pixmill serve` against what Next itself answered to the same requests (make.js). What differs has a rule and a row in DIFFERENCES.md.
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { startServe } from '../cli-process.js'
import { cases } from './cases.js'
import { configs } from './configs.js'
import { compare, findIdle, rules, toExpected } from './differences.js'
import { createRecognizer, writeProject } from './project.js'
import { runCases, withPort } from './run.js'
import { startUpstream } from './upstream.js'

const read = (name) => readFile(new URL(name, import.meta.url), 'utf8')
const next = JSON.parse(await read('./golden/next-16.4.6.json')).answers
const NAMES = new URL('./names.js', import.meta.url).href

let root
let recognize
let upstream
let application
const used = new Set()

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'pixmill-contract-'))
  recognize = createRecognizer(await writeProject(root))
  upstream = await startUpstream()
  application = await startUpstream({ isApplication: true })
})

after(async () => {
  upstream.close()
  application.close()
  await rm(root, { recursive: true, force: true })
})

function toArgs(name) {
  const { images = {}, basePath, dev, origin } = JSON.parse(withPort(JSON.stringify(configs[name]), upstream.port))
  return [
    ...['--root', root, '--images', JSON.stringify(images), '--cache-dir', join(root, 'caches', name)],
    ...(basePath === undefined ? [] : ['--base-path', basePath]),
    ...(origin === undefined ? [] : ['--origin', `http://127.0.0.1:${application.port}`]),
    ...(dev === undefined ? [] : ['--dev']),
  ]
}

function findFaults(asked, answers) {
  return asked.flatMap((one) => {
    const faults = compare(toExpected(next[one.id], one, used), answers.get(one.id), one)
    return faults.length === 0 ? [] : [[one.id, ...faults].join('\n  ')]
  })
}

test('Next answered every case, and each case has a name of its own', () => {
  assert.deepEqual(new Set(Object.keys(next)), new Set(cases.map(({ id }) => id)))
  assert.equal(new Set(cases.map(({ id }) => id)).size, cases.length)
})

for (const name of Object.keys(configs)) {
  test(`as Next, but for the listed differences: ${name}`, async (t) => {
    const asked = cases.filter(({ config }) => config === name)
    const serve = await startServe(t, toArgs(name), { env: { NODE_OPTIONS: `--import ${NAMES}` } })
    const answers = await runCases(asked, { base: serve.url, port: upstream.port, recognize })
    await serve.end('SIGKILL')
    const faults = findFaults(asked, answers)
    assert.equal(faults.length, 0, `${faults.length} of ${asked.length} differ:\n${faults.join('\n')}`)
  })
}

test('a difference that is none any more is no rule', () => {
  assert.deepEqual(findIdle(used), [])
})

test('DIFFERENCES.md has a row for each difference, and no other', async () => {
  const rows = [...(await read('../../DIFFERENCES.md')).matchAll(/^\| `([\w-]+)`/gm)].map(([, id]) => id)
  assert.deepEqual([...rows].sort(), [...new Set(rules.map(({ id }) => id))].sort())
})

test('an answer that is not the expected one is told', () => {
  const [one] = cases.filter(({ id }) => /^resize: default: rgb\.png to 64: WebP/.test(id))
  const expected = toExpected(next[one.id], one)
  const changes = [
    { status: 201 },
    { picture: 'webp 65x48' },
    { etag: 'bare' },
    { text: 'more' },
    { cache: undefined },
    { headers: { ...expected.headers, vary: 'accept' } },
    { headers: { ...expected.headers, allow: 'GET' } },
  ]
  for (const change of changes)
    assert.equal(compare(expected, { ...expected, ...change }, one).length, 1, JSON.stringify(change))
  assert.deepEqual(compare(expected, expected, one), [])
  assert.ok(findIdle(new Set()).length === rules.length)
})
