// How long the main thread of `pixmill serve` is held up: by nothing, by hits, and by misses of large pictures, local and remote, in one run.
// `node benches/lag.js [--seconds 10] [--prof folder]`. Prints the delays of the event loop as the server's own metrics tell them; judges nothing.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { root } from '../scripts/command.js'

/** 24 megapixels. */
const [WIDTH, HEIGHT] = [6000, 4000]
/** Trailing bytes are no part of a JPEG, but of its download. */
const REMOTE_BYTES = 20 * 1024 ** 2
const CLIENTS = 4
const WIDTHS = [640, 1080, 1920]

/** Noise, so that the file is as large as photographs are. */
async function makePhoto() {
  const { default: sharp } = await import('sharp')
  const noise = { type: 'gaussian', mean: 128, sigma: 30 }
  return sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, noise } })
    .jpeg({ quality: 80 })
    .toBuffer()
}

/** On a thread of its own, so that it does not slow the clients down. */
async function serveRemote() {
  const body = Buffer.concat([Buffer.from(workerData), Buffer.alloc(REMOTE_BYTES)])
  const server = createServer((_request, response) => response.end(body)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  parentPort.postMessage(`http://127.0.0.1:${server.address().port}/remote.jpg`)
}

async function startServe(folder, profile) {
  const images = { qualities: null, dangerouslyAllowLocalIP: true, remotePatterns: [{ hostname: '127.0.0.1' }] }
  const nodeFlags = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]
  const flags = ['--root', folder, '--port', '0', '--images', JSON.stringify(images)]
  const child = spawn(process.execPath, [...nodeFlags, `${root}dist/cli/main.js`, 'serve', ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data')
  return { child, url: /listens on (\S+)/.exec(line)[1] }
}

/** Asks for a new key each time, or always for the same. */
function createAsk(url, source, isMiss) {
  let count = 0
  return async () => {
    const index = isMiss ? count++ : 0
    const query = new URLSearchParams({
      url: source,
      w: WIDTHS[index % WIDTHS.length],
      q: 1 + (Math.floor(index / 3) % 100),
    })
    const response = await fetch(`${url}/_next/image?${query}`, { headers: { accept: 'image/webp' } })
    await response.arrayBuffer()
    if (response.status !== 200) throw new Error(`Expected 200 for ${source} but received ${response.status}`)
  }
}

async function readDelays(url) {
  const text = await (await fetch(`${url}/metrics`)).text()
  const read = (name) => Number(new RegExp(`^nodejs_eventloop_lag_${name}_seconds (\\S+)$`, 'm').exec(text)[1]) * 1000
  return { mean: read('mean'), p99: read('p99'), max: read('max') }
}

/** The delays of one phase: reading them begins the next. */
async function measure(url, seconds, ask) {
  await readDelays(url)
  const end = performance.now() + seconds * 1000
  let answers = 0
  const client = async () => {
    while (performance.now() < end) {
      await ask()
      answers++
    }
  }
  await (ask === null ? sleep(seconds * 1000) : Promise.all(Array.from({ length: CLIENTS }, client)))
  return { answers, ...(await readDelays(url)) }
}

async function main() {
  const { values } = parseArgs({ options: { seconds: { type: 'string', default: '10' }, prof: { type: 'string' } } })
  const folder = await mkdtemp(join(tmpdir(), 'pixmill-lag-'))
  const photo = await makePhoto()
  await mkdir(join(folder, 'public'))
  await writeFile(join(folder, 'public', 'local.jpg'), photo)
  const upstream = new Worker(new URL(import.meta.url), { workerData: photo })
  const [remote] = await once(upstream, 'message')
  const { child, url } = await startServe(folder, values.prof)
  const phases = {
    idle: null,
    hits: createAsk(url, '/local.jpg', false),
    'local misses': createAsk(url, '/local.jpg', true),
    'remote misses': createAsk(url, remote, true),
  }
  console.log(
    `${WIDTH} x ${HEIGHT}, ${(photo.length / 1e6).toFixed(1)} MB; remote ${((photo.length + REMOTE_BYTES) / 1e6).toFixed(1)} MB`,
  )
  console.log('phase           answers   mean ms    p99 ms    max ms   (an idle loop shows its own look, 10 ms)')
  for (const [name, ask] of Object.entries(phases)) {
    const { answers, mean, p99, max } = await measure(url, Number(values.seconds), ask)
    const numbers = [mean, p99, max].map((value) => value.toFixed(1).padStart(10)).join('')
    console.log(`${name.padEnd(14)}${String(answers).padStart(9)}${numbers}`)
  }
  child.kill('SIGTERM')
  await once(child, 'exit')
  await upstream.terminate()
  await rm(folder, { recursive: true })
}

await (isMainThread ? main() : serveRemote())
