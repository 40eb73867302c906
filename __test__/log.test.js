/** The log: a line a failure, what it names, and what it never shows. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PixmillError } from '../dist/errors.js'
import { createLog } from '../dist/optimizer/log.js'
import { Refusal } from '../dist/request/index.js'

/** `pass()` ends the window in which failures are counted. */
function startLog(env = {}) {
  const lines = []
  const scheduled = []
  const log = createLog({ env, write: (line) => lines.push(line), schedule: (call) => scheduled.push(call) })
  const pass = () => {
    for (const call of scheduled.splice(0)) call()
  }
  return { log, lines, pass }
}

const lineOf = (href, error, status) => {
  const { log, lines } = startLog()
  log.failure(href, error, status)
  assert.equal(lines.length, 1)
  return lines[0]
}

test('a line names what failed, the source, the status, a code and the cause', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:80'), { code: 'ECONNREFUSED' })
  assert.equal(
    lineOf('https://cdn.example/a.jpg', new Refusal(500, 'upstream', { cause: refused }), 500),
    'pixmill level=error event=source_failed source="https://cdn.example/a.jpg" status=500 code=HTTP_500 ' +
      'cause="upstream: connect ECONNREFUSED 10.0.0.1:80"',
  )
  const broken = new PixmillError({ code: 'ERR_INPUT', subject: 's', expected: 'e', received: 'r' })
  assert.equal(
    lineOf('/a.jpg', broken),
    'pixmill level=warn event=picture_failed source="/a.jpg" code=ERR_INPUT cause="Expected e for s but received r"',
  )
  assert.match(lineOf('/a.jpg', new TypeError('x'), 500), /event=internal_error .* code=ERR_INTERNAL cause="x"$/)
})

test('a code that the message leaves out is told', () => {
  assert.match(lineOf('/a', Object.assign(new Error('no'), { code: 'EACCES' })), /code=EACCES cause="no \(EACCES\)"$/)
})

test('causes that go in a circle end', () => {
  const error = new Error('round')
  error.cause = error
  assert.match(lineOf('/a', error), /cause="round(: round){4}"$/)
})

test('nothing forges a line, or moves the cursor of who reads it', () => {
  const evil = 'a\r\npixmill level=error\u001b[2K"\u0085\u2028\u202e\u0000 b'
  for (const PIXMILL_LOG of ['text', 'json']) {
    const { log, lines } = startLog({ PIXMILL_LOG })
    log.failure(`/${evil}`, new Error(evil, { cause: new Error(evil) }), 500)
    log.warning(evil)
    log.fault(new Error(evil), `/${evil}`)
    assert.equal(lines.length, 3)
    for (const line of lines) assert.doesNotMatch(line, /[\0-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]/)
  }
  assert.match(lineOf('/a\nb', new Error('x" status=200')), /source="\/a\\nb" .* cause="x\\" status=200"$/)
})

test('credentials and values of a query are not shown', () => {
  const cases = [
    ['https://me:secret@cdn.example/a.jpg', 'https://cdn.example/a.jpg'],
    ['https://me:se@cret@cdn.example/a.jpg?x=secret', 'https://cdn.example/a.jpg?x'],
    ['https:/me:secret@cdn.example/a.jpg', 'https:/cdn.example/a.jpg'],
    ['//me:secret@cdn.example/a', '//cdn.example/a'],
    [
      'https://b.s3.example/a?X-Amz-Signature=secret&X-Amz-Date=1#secret',
      'https://b.s3.example/a?X-Amz-Signature&X-Amz-Date',
    ],
    ['/api/avatar?token=secret&size=64', '/api/avatar?token&size'],
    ['/a@b.jpg', '/a@b.jpg'],
  ]
  for (const [source, shown] of cases) {
    const line = lineOf(source, new Error(`cannot get ${source} now`), 500)
    assert.match(line, new RegExp(`source="${shown.replace(/[?]/g, '\\$&')}" `))
    if (source.includes('://')) assert.doesNotMatch(line, /secret/, line)
  }
  const { log, lines } = startLog()
  log.fault(new Error('x https://me:secret@cdn.example/?a=secret'), '/_next/image?url=secret')
  assert.doesNotMatch(lines[0], /secret/)
  assert.match(lines[0], /event=uncaught source="\/_next\/image\?url" .* stack="at /)
})

test('long texts are cut', () => {
  assert.ok(lineOf(`/${'a'.repeat(100_000)}`, new Error('b'.repeat(100_000))).length < 5_000)
})

test('the same failure again is counted, and told once more with the count', () => {
  const { log, lines, pass } = startLog()
  for (let time = 0; time < 42; time++) log.failure('/a.jpg', new Error('x'), 500)
  log.failure('/a.jpg', new Error('y'), 500)
  log.failure('/b.jpg', new Error('x'), 500)
  assert.equal(lines.length, 3)
  pass()
  assert.equal(lines.length, 4)
  assert.match(lines[3], /source="\/a.jpg" .* cause="x" repeated=41$/)
  log.failure('/a.jpg', new Error('x'), 500)
  assert.equal(lines[4], lines[0])
})

test('however many sources fail, what is remembered of them is bounded', () => {
  const { log, lines, pass } = startLog()
  for (let source = 0; source < 2_000; source++) log.failure(`/${source}`, new Error('x'), 500)
  for (let source = 0; source < 2_000; source++) log.failure(`/${source}`, new Error('x'), 500)
  assert.equal(lines.length, 3_000)
  pass()
  assert.equal(lines.length, 4_000)
})

test('PIXMILL_LOG chooses JSON lines, text or silence, and refuses anything else', () => {
  const json = startLog({ PIXMILL_LOG: 'json' })
  json.log.failure('/a.jpg', new Refusal(404, 'not there'), 404)
  const { time, ...fields } = JSON.parse(json.lines[0])
  assert.ok(!Number.isNaN(Date.parse(time)))
  const cause = 'not there'
  const expected = { name: 'pixmill', level: 'warn', event: 'source_failed', source: '/a.jpg', status: 404 }
  assert.deepEqual(fields, { ...expected, code: 'HTTP_404', cause })
  const silent = startLog({ PIXMILL_LOG: 'silent' })
  silent.log.failure('/a.jpg', new Error('x'), 500)
  silent.log.warning('x')
  assert.deepEqual(silent.lines, [])
  const unset = startLog({ PIXMILL_LOG: '' })
  unset.log.warning('two words')
  assert.deepEqual(unset.lines, ['pixmill level=warn event=warning message="two words"'])
  assert.throws(() => createLog({ env: { PIXMILL_LOG: 'loud' } }), {
    code: 'ERR_OPTION',
    message: 'Expected one of text, json, silent for PIXMILL_LOG but received "loud"',
  })
})
