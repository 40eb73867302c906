/** What is counted, under which names, and what a scrape costs the engine: nothing. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import { createMetrics } from '../dist/http/metrics.js'
import { createDistribution, createSeries, observe } from '../dist/http/metrics-series.js'
import { createOptimizer, liveOptimizers } from '../dist/optimizer/index.js'
import { createProject, listen } from './http/app.js'
import { makePng } from './pictures.js'
import { parseScrape } from './scrape.js'

const scrape = async (metrics) => parseScrape((await metrics.text()).body)
const hit = { status: 200, state: 'HIT', tier: 'memory', seconds: 0.000_05 }
const job = { queue: 1, read: 2, decode: 30, resize: 4, encode: 500, total: 537 }

test('each event is counted under its labels', async () => {
  const metrics = createMetrics()
  for (const tier of ['memory', 'memory', 'disk']) metrics.answered({ ...hit, tier })
  metrics.answered({ status: 200, state: 'STALE', tier: 'disk', seconds: 0.000_2 })
  metrics.answered({ status: 304, state: 'MISS', tier: null, seconds: 0.5 })
  metrics.answered({ status: 400, state: null, tier: null, seconds: 0 })
  metrics.encoded(job, 'webp')
  metrics.fetched({ seconds: 0.2, status: 404 })
  metrics.fetched({ seconds: 7, status: null })
  metrics.refreshed('renewed')
  metrics.failed('HTTP_404')
  const { of } = await scrape(metrics)
  const expected = {
    'pixmill_requests_total{status="200",cache="hit"}': 3,
    'pixmill_requests_total{status="200",cache="stale"}': 1,
    'pixmill_requests_total{status="304",cache="miss"}': 1,
    'pixmill_requests_total{status="400",cache="none"}': 1,
    'pixmill_cache_hits_total{tier="memory"}': 2,
    'pixmill_cache_hits_total{tier="disk"}': 2,
    'pixmill_request_duration_seconds_count{cache="hit"}': 3,
    'pixmill_request_duration_seconds_sum{cache="miss"}': 0.5,
    'pixmill_job_step_duration_seconds_sum{step="encode",format="webp"}': 0.5,
    'pixmill_job_step_duration_seconds_bucket{step="decode",format="webp",le="0.025"}': 0,
    'pixmill_job_step_duration_seconds_bucket{step="decode",format="webp",le="0.05"}': 1,
    pixmill_upstream_duration_seconds_count: 2,
    pixmill_upstream_duration_seconds_sum: 7.2,
    'pixmill_upstream_responses_total{class="4xx"}': 1,
    'pixmill_upstream_responses_total{class="none"}': 1,
    'pixmill_refreshes_total{outcome="renewed"}': 1,
    'pixmill_refreshes_total{outcome="failed"}': 0,
    'pixmill_errors_total{code="HTTP_404"}': 1,
  }
  assert.deepEqual(Object.fromEntries(Object.keys(expected).map((key) => [key, of(key)])), expected)
})

test('a value on a bound is within it, and one above all bounds is counted', () => {
  const distribution = createDistribution([1, 2])
  for (const value of [0, 1, 1.5, 2, 3, 100]) observe(distribution, value)
  assert.deepEqual([distribution.counts, distribution.sum], [[2, 2, 2], 107.5])
})

test('buckets add up to the count', async () => {
  const metrics = createMetrics()
  for (const seconds of [0.000_01, 0.003, 99]) metrics.answered({ ...hit, seconds })
  const { samples, of } = await scrape(metrics)
  const buckets = [...samples].filter(([key]) => key.startsWith('pixmill_request_duration_seconds_bucket'))
  const values = buckets.map(([, value]) => value)
  assert.deepEqual(
    values.toSorted((a, b) => a - b),
    values,
  )
  assert.equal(of('pixmill_request_duration_seconds_bucket{cache="hit",le="+Inf"}'), 3)
  assert.equal(of('pixmill_request_duration_seconds_bucket{cache="hit",le="10"}'), 2)
})

test('names follow the conventions, and each has a help and a type', async () => {
  const metrics = createMetrics()
  metrics.answered(hit)
  metrics.encoded(job, 'avif')
  const { families, samples } = await scrape(metrics)
  const own = [...families].filter(([name]) => name.startsWith('pixmill_'))
  assert.ok(own.length > 20, `${own.length} families`)
  for (const [name, { help, type }] of own) {
    assert.match(name, /^[a-z_]+$/)
    assert.match(help, /^[\dA-Z].*\.$/, name)
    assert.equal(type === 'counter', name.endsWith('_total'), name)
    assert.equal(type === 'histogram', name.endsWith('_seconds'), name)
    assert.doesNotMatch(name, /_(ms|milliseconds|kb|mb|percent)(_|$)/)
  }
  const labels = [...samples.keys()]
    .filter((key) => key.startsWith('pixmill_'))
    .flatMap((key) => key.match(/\w+(?==")/g) ?? [])
  const known = ['status', 'cache', 'tier', 'step', 'format', 'class', 'outcome', 'code', 'le', 'version']
  assert.deepEqual(
    [...new Set(labels)].filter((label) => !known.includes(label)),
    [],
  )
})

test('whatever upstreams send, the number of samples is bounded', async () => {
  const series = createSeries(['status', 'cache'], () => ({ value: 0 }))
  for (let status = 0; status < 5_000; status++) series.at(String(status), 'none').value++
  assert.ok(series.rows().length < 300)
  assert.deepEqual(series.rows().at(-1).labels, { status: 'other', cache: 'other' })
  const sum = series.rows().reduce((total, { value }) => total + value.value, 0)
  assert.equal(sum, 5_000)
})

test('OpenMetrics where it is asked for, and the other format as before after it', async () => {
  const metrics = createMetrics()
  metrics.answered(hit)
  const accept = 'application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.3,*/*;q=0.1'
  const open = await metrics.text(accept)
  assert.match(open.contentType, /^application\/openmetrics-text; version=1\.0\.0/)
  assert.match(open.body, /\n# EOF\n$/)
  const { families, of } = parseScrape(open.body)
  assert.deepEqual([families.has('pixmill_requests'), families.has('pixmill_requests_total')], [true, false])
  assert.equal(families.get('process_cpu_seconds').type, 'counter')
  assert.equal(of('pixmill_requests_total{status="200",cache="hit"}'), 1)
  const plain = await metrics.text('text/plain')
  assert.match(plain.contentType, /^text\/plain; version=0\.0\.4/)
  assert.ok(parseScrape(plain.body).families.has('pixmill_requests_total'))
  assert.ok(parseScrape(plain.body).families.has('process_cpu_seconds_total'))
})

test('the Node process is told about: CPU, memory, heap, and the delay of its event loop', async () => {
  const { of } = await scrape(createMetrics())
  for (const name of [
    'process_cpu_seconds_total',
    'process_resident_memory_bytes',
    'nodejs_heap_size_used_bytes',
    'nodejs_eventloop_lag_p99_seconds',
  ]) {
    assert.ok(of(name) >= 0 && of(name) < 1e12, `${name} ${of(name)}`)
  }
  assert.ok(of('nodejs_eventloop_lag_min_seconds') < 1e6, 'the first scrape has a delay to tell')
})

test('the global registry of prom-client stays empty', async () => {
  await createMetrics().text()
  const { register } = createRequire(import.meta.url)('prom-client')
  assert.deepEqual(register.getMetricsAsArray(), [])
})

test('nothing is loaded before the first scrape, and the addon not even then', async () => {
  const code = `
    const { createMetrics } = await import('./dist/http/metrics.js')
    const metrics = createMetrics()
    metrics.answered(${JSON.stringify(hit)})
    const { createRequire } = await import('node:module')
    const loaded = () => Object.keys(createRequire(process.cwd() + '/x').cache).filter((path) => path.includes('prom-client')).length > 0
    const before = loaded()
    await metrics.text()
    const native = process.report.getReport().sharedObjects.some((path) => path.endsWith('.node'))
    console.log(JSON.stringify({ before, after: loaded(), native }))`
  const cwd = new URL('..', import.meta.url)
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code], { cwd })
  assert.deepEqual(JSON.parse(stdout), { before: false, after: true, native: false })
})

describe('with optimizers', () => {
  const start = (t, input = {}) => {
    const project = createProject({ 'public/a.png': makePng(300, 200) })
    const options = { memory: '64mb', threads: 1, ...input.options }
    const optimizer = createOptimizer({ root: project.root, ...input, options }, {})
    t.after(async () => {
      await optimizer.close()
      project.remove()
    })
    const image = (url, headers = { accept: 'image/webp' }) =>
      optimizer.getImage({ method: 'GET', url: `/_next/image?url=${encodeURIComponent(url)}&w=256&q=75`, headers })
    return { optimizer, image }
  }

  test('a scrape starts no engine: everything is zero', async (t) => {
    const { optimizer } = start(t)
    const { of } = await scrape(createMetrics(optimizer))
    assert.equal(of('pixmill_memory_budget_bytes'), 0)
    assert.equal(of('pixmill_cache_degraded'), 0)
    assert.equal(liveOptimizers().has(optimizer), false)
  })

  test('requests of all kinds arrive where they belong', async (t) => {
    const upstream = await listen((_request, response) =>
      response.setHeader('Content-Type', 'image/png').end(makePng(99, 99)),
    )
    t.after(upstream.close)
    const remotePatterns = [{ hostname: '127.0.0.1' }]
    const { optimizer, image } = start(t, { images: { dangerouslyAllowLocalIP: true, remotePatterns } })
    const metrics = createMetrics(optimizer)
    for (const url of ['/a.png', '/a.png', '/none.png', `${upstream.origin}/b.png`]) await image(url)
    const { of } = await scrape(metrics)
    const expected = {
      'pixmill_requests_total{status="200",cache="miss"}': 2,
      'pixmill_requests_total{status="200",cache="hit"}': 1,
      'pixmill_requests_total{status="404",cache="none"}': 1,
      'pixmill_errors_total{code="HTTP_404"}': 1,
      'pixmill_upstream_responses_total{class="2xx"}': 1,
      'pixmill_job_step_duration_seconds_count{step="encode",format="webp"}': 2,
      'pixmill_jobs_total{outcome="completed"}': 2,
      pixmill_jobs_running: 0,
      pixmill_worker_threads: 1,
      pixmill_jobs_waiting: 0,
      pixmill_memory_budget_bytes: 56 * 1024 ** 2,
      pixmill_cache_memory_limit_bytes: 4 * 1024 ** 2,
      pixmill_memory_lent_bytes: 0,
      'pixmill_cache_entries{tier="memory"}': 2,
    }
    assert.deepEqual(Object.fromEntries(Object.keys(expected).map((key) => [key, of(key)])), expected)
    assert.ok(of('pixmill_memory_peak_lent_bytes') > 0)
    assert.ok(of('pixmill_cache_bytes{tier="memory"}') > 0)
  })

  test('several in one process do not clash: each counts for whoever follows it, and a closed one is gone', async (t) => {
    const [first, second] = [start(t), start(t)]
    const [own, both] = [createMetrics(first.optimizer), createMetrics(first.optimizer)]
    both.follow(second.optimizer)
    both.follow(second.optimizer)
    await first.image('/a.png')
    await second.image('/a.png')
    const misses = 'pixmill_requests_total{status="200",cache="miss"}'
    const threads = 'pixmill_worker_threads'
    const [one, two] = [await scrape(own), await scrape(both)]
    assert.deepEqual([one.of(misses), two.of(misses)], [1, 2])
    assert.deepEqual([one.of(threads), two.of(threads)], [1, 2])
    await second.optimizer.close()
    assert.equal((await scrape(both)).of(threads), 1)
  })
})
