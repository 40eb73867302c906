/** What a static export says: the line of a terminal, the lines of a log, the report at the end, and JSON. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { computeTotals, createReporter, resolveTerminal } from '../dist/export/report/index.js'

const variant = (bytes, { isReused = false, width = 640, format = 'webp' } = {}) => ({
  file: `_next/image/a/b-${width}-75.${format}`,
  format,
  width,
  height: width,
  bytes,
  hash: 'ab',
  isReused,
})

const picture = (source, bytes, variants, more = {}) => ({
  source,
  pages: ['index.html'],
  status: 'optimized',
  reason: null,
  isFault: false,
  bytes,
  hash: 'cd',
  variants: variants.map((each) => (typeof each === 'number' ? variant(each) : each)),
  placeholder: null,
  ...more,
})

const outcome = (sources, more = {}) => ({
  output: '/site/out',
  sources,
  oversized: [],
  removed: 0,
  seconds: 12.34,
  peakLentBytes: 96_400_000,
  ...more,
})

const fault = (source, status, reason, pages, more = {}) =>
  picture(source, status === 'missing' ? null : 5000, status === 'missing' ? [] : [5000], {
    status,
    reason,
    pages,
    isFault: true,
    ...more,
  })

const progress = (done, total, more = {}) => ({
  done,
  total,
  variants: done * 2,
  originalBytes: done * 10_000_000,
  bytes: done * 2_000_000,
  source: `/p${done}.jpg`,
  ...more,
})

/** A reporter over two texts and a clock that the test turns. */
function listen(options = {}) {
  const heard = { out: '', err: '', time: 0 }
  const reporter = createReporter({
    mode: 'auto',
    isTTY: false,
    ci: false,
    columns: 80,
    colors: false,
    now: () => heard.time,
    stdout: { write: (text) => (heard.out += text) },
    stderr: { write: (text) => (heard.err += text) },
    ...options,
  })
  const finish = (...given) => {
    reporter.finish(outcome(...given))
    return heard
  }
  return { reporter, heard, finish }
}

const lastLine = (text) => text.trimEnd().split('\n').at(-1)
const drawn = (text) => text.split('\r\x1b[K').slice(1)

test('on a terminal one line is rewritten and is gone at the end', () => {
  const { reporter, heard } = listen({ isTTY: true })
  for (let done = 1; done <= 4; done++) {
    heard.time += 500
    reporter.onProgress(progress(done, 4))
  }
  assert.equal(drawn(heard.err).length, 4)
  assert.doesNotMatch(heard.err, /\n/)
  assert.match(drawn(heard.err)[1], /^\[#{10}-{10}\] {2}2\/4 pictures {2}saved 16\.0 MB \(80 %\)/)
  reporter.finish(outcome([]))
  assert.ok(heard.err.endsWith('\r\x1b[K'))
})

test('a time to wait is told from the second second on, from the rate so far, and not when there is nothing to wait for', () => {
  const { reporter, heard } = listen({ isTTY: true })
  for (const [time, done] of [
    [999, 1],
    [2000, 2],
    [120_000, 4],
    [3_000_000, 5],
    [4_000_000, 10],
  ]) {
    heard.time = time
    reporter.onProgress(progress(done, 10))
  }
  const waits = drawn(heard.err).map((line) => /ETA [\dhmins ]+?(?= {2}|$)/.exec(line)?.[0])
  assert.deepEqual(waits, [undefined, 'ETA 8 s', 'ETA 3 min 0 s', 'ETA 50 min 0 s', undefined])
})

test('the line is not rewritten faster than it can be read, but its last state is always shown', () => {
  const { reporter, heard } = listen({ isTTY: true })
  for (let done = 1; done <= 100; done++) {
    heard.time += 1
    reporter.onProgress(progress(done, 100))
  }
  assert.deepEqual(
    drawn(heard.err).map((line) => /\d+\/100/.exec(line)[0]),
    ['1/100', '100/100'],
  )
})

test('the line never reaches the last column, whatever the width and the name', () => {
  for (const columns of [1, 10, 20, 39, 40, 80, 200])
    for (const source of [`/${'long/'.repeat(80)}a.jpg`, `/${'写真'.repeat(50)}.jpg`, '/a.jpg']) {
      const { reporter, heard } = listen({ isTTY: true, columns })
      heard.time = 5000
      reporter.onProgress(progress(3, 60, { source }))
      const [line] = drawn(heard.err)
      const wide = line.match(/[写真]/g)?.length ?? 0
      assert.ok([...line].length + wide < columns, `${columns}: ${line}`)
    }
})

test('where bytes are added instead of saved, the line says so', () => {
  const { reporter, heard } = listen({ isTTY: true })
  reporter.onProgress(progress(1, 2, { originalBytes: 1000, bytes: 1500 }))
  assert.match(heard.err, /added 500 B \(50 %\)/)
})

test('without a terminal, or in CI, there is a plain line at each tenth at most, the last included', () => {
  for (const terminal of [
    { isTTY: false, ci: false },
    { isTTY: true, ci: true },
  ]) {
    const { reporter, heard } = listen(terminal)
    for (let done = 1; done <= 60; done++) reporter.onProgress(progress(done, 60))
    const lines = heard.err.trimEnd().split('\n')
    assert.equal(lines.length, 10)
    assert.equal(lines[0], ' 6/60 pictures, saved 48.0 MB (80 %)')
    assert.match(lines.at(-1), /^60\/60/)
    assert.doesNotMatch(heard.err, /[\r\x1b]/)
  }
})

test('of a few pictures each has its line, of none there is none', () => {
  const { reporter, heard } = listen()
  for (const done of [1, 2, 3]) reporter.onProgress(progress(done, 3))
  assert.equal(heard.err.trimEnd().split('\n').length, 3)
  const none = listen()
  none.reporter.onProgress(progress(0, 0))
  assert.equal(none.heard.err, '')
})

test('the last line is the run: pictures, variants, bytes, what needs a look, time and memory', () => {
  const sources = [
    picture('/a.jpg', 3_000_000, [variant(100_000), variant(400_000, { isReused: true })]),
    picture('/b.jpg', 1_000_000, [variant(600_000)]),
    fault('/c.jpg', 'missing', 'HTTP 404', ['index.html']),
  ]
  const url = '/_next/image/a/b-640-75.webp'
  const oversized = ['a.html', 'b.html'].map((page) => ({ page, url, shippedWidth: 640, shownWidth: 320, bytes: 9 }))
  const { out } = listen().finish(sources, { removed: 4, oversized })
  assert.equal(
    lastLine(out),
    '3 pictures, 3 variants (2 made, 1 reused, 4 removed), 4.0 MB -> 1.0 MB (-75 %), 1 missing, 1 larger than shown, 12.3 s, peak 96.4 MB',
  )
})

test('a run without pictures says so in one line', () => {
  const { out, err } = listen().finish([], { seconds: 0.5 })
  assert.equal(out, '0 pictures, 0 variants (0 made, 0 reused, 0 removed), 0.50 s, peak 96.4 MB\n')
  assert.equal(err, '')
})

test('the ten largest savings are measured on the heaviest variant, and what has grown is not among them', () => {
  const sources = Array.from({ length: 12 }, (_, at) => picture(`/p${at}.jpg`, (at + 2) * 100_000, [50_000, 20_000]))
  const { out } = listen().finish([...sources, picture('/grown.jpg', 1000, [2000])])
  const lines = out.split('\n')
  assert.equal(lines[0], 'Largest savings: the original against its heaviest variant')
  assert.match(lines[1], /^source +original +heaviest +saved +change$/)
  const rows = lines.slice(2, lines.indexOf(''))
  assert.deepEqual(
    rows.map((row) => row.split(/\s{2,}/)[0]),
    [11, 10, 9, 8, 7, 6, 5, 4, 3, 2].map((at) => `/p${at}.jpg`),
  )
  assert.match(rows[0], / 1\.3 MB +50\.0 KB +1\.3 MB +-96 %$/)
})

test('a table fits the terminal: the middle of a path goes, its ends stay', () => {
  const source = `/photos/${'summer/'.repeat(40)}beach.jpg`
  for (const columns of [24, 40, 60, 80, 120]) {
    const { out } = listen({ columns }).finish([picture(source, 1e6, [1e5])])
    const row = out.split('\n')[2]
    assert.ok(row.length <= columns, `${columns}: ${row}`)
    assert.match(row, columns < 40 ? /^\/pho.*….*\.jpg / : /^\/photo.*….*h\.jpg /)
    assert.match(row, /-90 %$/)
  }
})

test('every picture that is larger than shown is listed, once a URL, however many there are', () => {
  const oversized = Array.from({ length: 300 }, (_, at) => ({
    page: `page-${at % 100}.html`,
    url: `/_next/image/${String(Math.floor(at / 2)).padStart(3, '0')}/a-1920-75.webp`,
    shippedWidth: 1920,
    shownWidth: at % 2 ? 640 : 320,
    bytes: 300_000 - at,
  }))
  const { out } = listen().finish([], { oversized })
  assert.match(out, /Shipped larger than shown.*: 150 pictures\n/)
  assert.equal(out.match(/^\/_next\/image\/\d{3}\/a-1920-75\.webp$/gm).length, 150)
  assert.match(
    out,
    /000\/a-1920-75\.webp\n {2}1920 px shipped, 320 to 640 px shown, 300 KB, on page-0\.html, page-1\.html\n/,
  )
})

test('of the pages of one picture three are named, and the number of the others', () => {
  const pages = ['a.html', 'b.html', 'c.html', 'd.html', 'e.html']
  const { err } = listen().finish([fault('/gone.jpg', 'missing', 'HTTP 404', pages)])
  assert.equal(err, 'missing, nothing is shipped: /gone.jpg\n  HTTP 404\n  on a.html, b.html, c.html and 2 more\n')
})

test('what is missing comes before what is shipped as it was, each with its reason and page, in every mode of text', () => {
  for (const mode of ['auto', 'quiet']) {
    const { err } = listen({ mode }).finish([
      fault('/corrupt.jpg', 'original', 'not a JPEG', ['a.html']),
      fault('https://host/gone.jpg', 'missing', 'HTTP 404', ['b.html']),
    ])
    assert.equal(
      err,
      [
        'missing, nothing is shipped: https://host/gone.jpg',
        '  HTTP 404',
        '  on b.html',
        'not optimized, the original is shipped: /corrupt.jpg',
        '  not a JPEG',
        '  on a.html',
        '',
      ].join('\n'),
    )
  }
})

test('an original that is right as it is is told with the report, not as a problem', () => {
  const sources = [fault('/loop.gif', 'original', 'an animation', ['a.html'], { isFault: false })]
  const { out, err } = listen().finish(sources)
  assert.equal(err, '')
  assert.match(out, /^shipped as it is: \/loop\.gif\n {2}an animation\n {2}on a\.html\n/m)
  assert.doesNotMatch(listen({ mode: 'quiet' }).finish(sources).out, /loop/)
})

test('quiet has no progress, the problems, and one line', () => {
  const { reporter, heard } = listen({ mode: 'quiet', isTTY: true })
  for (let done = 1; done <= 10; done++) reporter.onProgress(progress(done, 10))
  assert.equal(heard.err, '')
  reporter.finish(outcome([picture('/a.jpg', 1e6, [1e5])]))
  assert.match(heard.out, /^1 picture, 1 variant .*\n$/)
  assert.equal(heard.err, '')
})

test('a name cannot speak to the terminal, in no part and in no mode', () => {
  const hostile = '/\x1b]0;owned\x07\x9b31m\r\n\u202egpj.exe\x7f\ud800.jpg'
  const oversized = [{ page: hostile, url: hostile, shippedWidth: 640, shownWidth: 320, bytes: 5 }]
  const sources = [
    picture(hostile, 1e6, [1e5], { pages: [hostile] }),
    fault(hostile, 'missing', hostile, [hostile]),
    fault(hostile, 'original', hostile, [hostile], { isFault: false }),
  ]
  for (const mode of ['auto', 'quiet', 'json']) {
    const { reporter, heard } = listen({ mode, columns: 400 })
    reporter.finish(outcome(sources, { oversized }))
    reporter.fail(new Error(hostile))
    assert.doesNotMatch(heard.out + heard.err, /[\0-\x09\x0b-\x1f\x7f-\x9f\u202e]|\p{Surrogate}/u, mode)
  }
  const live = listen({ isTTY: true, columns: 400 })
  live.reporter.onProgress(progress(1, 2, { source: hostile }))
  assert.match(
    drawn(live.heard.err)[0],
    /\\u001b\]0;owned\\u0007\\u009b31m\\u000d\\u000a\\u202egpj\.exe\\u007f\\ud800\.jpg$/,
  )
})

test('colors repeat the words, and without them there is no escape at all', () => {
  const sources = [picture('/a.jpg', 1e6, [1e5]), fault('/b.jpg', 'missing', 'HTTP 404', ['a.html'])]
  const plain = listen().finish(sources)
  const colored = listen({ colors: true }).finish(sources)
  assert.doesNotMatch(plain.out + plain.err, /\x1b/)
  assert.match(colored.out, /\x1b\[1m/)
  assert.match(colored.err, /\x1b\[31mmissing/)
  for (const stream of ['out', 'err']) assert.equal(colored[stream].replace(/\x1b\[\d+m/g, ''), plain[stream])
})

test('a failure clears the line and is one line itself', () => {
  const { reporter, heard } = listen({ isTTY: true })
  reporter.onProgress(progress(1, 2))
  reporter.fail(new Error('first\n  second'))
  assert.ok(heard.err.endsWith('\r\x1b[Kpixmill: first second\n'))
  assert.equal(heard.out, '')
})

test('JSON is one document on the standard output: the outcome with its totals', () => {
  const sources = [
    picture('/a.jpg', 3000, [variant(100), variant(400, { isReused: true })]),
    fault('/b.jpg', 'original', 'not a JPEG', ['index.html']),
    fault('/c.jpg', 'missing', 'HTTP 404', ['index.html']),
  ]
  const { reporter, heard } = listen({ mode: 'json', isTTY: true })
  reporter.onProgress(progress(1, 3))
  const given = outcome(sources, { removed: 2 })
  reporter.finish(given)
  assert.equal(heard.err, '')
  const { schema, isFailed, totals, output, ...rest } = JSON.parse(heard.out)
  assert.deepEqual([schema, isFailed, output], [1, false, '/site/out'])
  assert.deepEqual(totals, {
    pictures: 3,
    optimized: 1,
    original: 1,
    missing: 1,
    faults: 2,
    variants: 3,
    made: 2,
    reused: 1,
    removed: 2,
    originalBytes: 8000,
    heaviestBytes: 5400,
    variantBytes: 5500,
    oversized: 0,
  })
  assert.deepEqual(totals, computeTotals(given))
  assert.deepEqual(rest, { seconds: 12.34, peakLentBytes: 96_400_000, sources, oversized: [] })
})

test('JSON has one document also when the run fails', () => {
  const { reporter, heard } = listen({ mode: 'json' })
  reporter.fail(Object.assign(new Error('no such folder'), { name: 'PixmillError', code: 'ERR_OPTION' }))
  const error = { code: 'ERR_OPTION', message: 'no such folder' }
  assert.deepEqual(JSON.parse(heard.out), { schema: 1, isFailed: true, error })
  assert.equal(heard.err, '')
})

test('the terminal is what the stream and the environment say: NO_COLOR, CI, TERM=dumb, no width', () => {
  const stream = { isTTY: true, columns: 120 }
  assert.deepEqual(resolveTerminal({}, stream), { isTTY: true, columns: 120, colors: true, ci: false })
  assert.equal(resolveTerminal({ NO_COLOR: '1' }, stream).colors, false)
  assert.equal(resolveTerminal({ NO_COLOR: '' }, stream).colors, true)
  assert.equal(resolveTerminal({}, stream, {}).colors, false)
  assert.deepEqual(resolveTerminal({ CI: 'true' }, stream), { isTTY: true, columns: 120, colors: false, ci: true })
  assert.equal(resolveTerminal({ CI: 'false' }, stream).ci, false)
  assert.equal(resolveTerminal({ TERM: 'dumb' }, stream).isTTY, false)
  assert.deepEqual(resolveTerminal({}, {}), { isTTY: false, columns: 100, colors: false, ci: false })
})
