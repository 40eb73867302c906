/**
 * The locked room of the addon that ships: AVIF becomes variants in a process of its own; whatever happens in there fails one job; it is gone
 * when it is idle, and when its parent is. Where it cannot be opened, AVIF is passed on.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Engine } from '../dist/native.js'

const FIXTURES = join(import.meta.dirname, 'fixtures')
const PHOTO = join(FIXTURES, 'photo.avif')
const skip = process.platform !== 'linux' && 'the room is locked on Linux only'
const engine = new Engine({ threads: 2, memory: 256 * 2 ** 20 })
const make = (options = {}) => engine.optimize(PHOTO, { width: 200, format: 'webp', ...options })

/** Processes that run the room for this one, by `/proc`. */
function rooms(parent = process.pid) {
  return readdirSync('/proc').filter((name) => {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      const isChild = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent
      return isChild && readFileSync(`/proc/${name}/cmdline`, 'latin1').includes('room.js')
    } catch {
      return false
    }
  })
}

/** Waits for an event that has no promise. */
async function until(holds, what) {
  for (let turn = 0; turn < 600; turn += 1) {
    if (holds()) return
    await sleep(50)
  }
  assert.fail(`${what} never came`)
}

test('an AVIF becomes what is asked for, in another process', { skip }, async () => {
  for (const format of ['avif', 'webp', 'jpeg', 'png']) {
    const { width, height, format: made } = await make({ format })
    assert.deepEqual([made, width, height], [format, 200, 133])
  }
  const { variants, placeholder } = await engine.optimizeAll(PHOTO, {
    variants: [{ width: 100 }, { width: 300, format: 'webp' }],
    placeholder: true,
  })
  assert.deepEqual(
    variants.map(({ format, width }) => [format, width]),
    [
      ['avif', 100],
      ['webp', 300],
    ],
  )
  assert.match(placeholder.blurDataURL, /^data:image\/webp/)
  assert.equal(engine.stats().roomProcesses, rooms().length)
})

test('the process has no environment, opens nothing, and has limits', { skip }, async () => {
  await make()
  const [room] = rooms()
  assert.equal(readFileSync(`/proc/${room}/environ`, 'utf8'), '')
  const limits = readFileSync(`/proc/${room}/limits`, 'utf8')
  for (const name of ['core file size', 'file size', 'open files'])
    assert.match(limits, new RegExp(`^Max ${name} +0 +0 `, 'm'), name)
  assert.match(limits, /^Max address space +\d+ +\d+ /m)
  assert.match(limits, /^Max cpu time +\d+ /m)
  const status = readFileSync(`/proc/${room}/status`, 'utf8')
  assert.match(status, /^NoNewPrivs:\s+1$/m)
  assert.match(status, /^Seccomp:\s+2$/m)
})

for (const fault of ['panic', 'abort', 'memory']) {
  test(`${fault} in the room fails one job: not the one beside it, not the next`, { skip }, async () => {
    const [broken, beside] = await Promise.allSettled([make({ fault }), make()])
    assert.match(broken.reason?.code ?? '', /^ERR_(INPUT|INTERNAL)$/)
    assert.equal(beside.status, 'fulfilled')
    assert.equal((await make()).width, 200)
    assert.equal(engine.stats().lentBytes, 0)
  })
}

test('a job that does not end is ended, and blames its source', { skip }, async () => {
  const [broken, beside] = await Promise.allSettled([make({ fault: 'loop' }), make()])
  assert.equal(broken.reason?.code, 'ERR_INPUT')
  assert.match(broken.reason.message, /no answer within 10\.\d s|more than 10\.\d s of work/)
  assert.equal(beside.status, 'fulfilled')
})

test('a cancelled job takes its process along', { skip }, async () => {
  await until(() => rooms().length === 0, 'the end of idle processes')
  const controller = new AbortController()
  const job = make({ fault: 'loop', signal: controller.signal })
  await until(() => rooms().length > 0, 'a process')
  controller.abort()
  await assert.rejects(job, { name: 'AbortError' })
  assert.equal(rooms().length, 0)
})

test('an idle process ends', { skip }, async () => {
  await make()
  assert.ok(rooms().length > 0)
  await until(() => rooms().length === 0 && engine.stats().roomProcesses === 0, 'the end of idle processes')
})

const start = (script) =>
  spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: join(import.meta.dirname, '..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  })

/** The process ids that a script prints; `null` where it printed none. */
async function firstLine(child) {
  for await (const chunk of child.stdout) return chunk.toString().trim()
  return null
}

const isGone = (pid) => {
  try {
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return true
  }
}

for (const [how, fault] of [
  ['idle', ''],
  ['busy for ever', `, fault: 'loop'`],
]) {
  test(`no process is left of a parent that was killed: ${how}`, { skip }, async (t) => {
    const parent = start(`
      import { Engine } from './dist/native.js'
      const engine = new Engine({ threads: 1 })
      const job = engine.optimize(${JSON.stringify(PHOTO)}, { width: 20, format: 'webp'${fault} })
      ${fault === '' ? 'await job' : 'job.catch(() => {})'}
      console.log('there')
      // An engine that nobody has in hand any more would be collected, and its jobs cancelled.
      setInterval(() => engine.stats(), 1000)`)
    t.after(() => parent.kill('SIGKILL'))
    await firstLine(parent)
    await until(() => rooms(parent.pid).length > 0, 'a process')
    const [room] = rooms(parent.pid)
    parent.kill('SIGKILL')
    await until(() => isGone(room), 'the end of the process')
  })
}

test('where the room cannot be opened, an AVIF is not decoded, and all else is', { skip }, async () => {
  const child = start(`
    import { NativeEngine } from './binding.js'
    const engine = new NativeEngine({ room: ['/nowhere/node', 'room.js'] })
    const { code, message } = await engine.optimize(${JSON.stringify(PHOTO)}, { width: 20 }, null, null).catch((error) => error)
    const { width } = await engine.optimize(${JSON.stringify(join(FIXTURES, 'rgb.png'))}, { width: 20 }, null, null)
    console.log(JSON.stringify({ code, message, width }))`)
  const { code, message, width } = JSON.parse(await firstLine(child))
  assert.deepEqual([code, width], ['ERR_UNSUPPORTED', 20])
  assert.match(message, /it cannot be started/)
})

/** Two jobs in an engine with this program, and what became of them. */
async function strange(room) {
  const child = start(`
    import { NativeEngine } from './binding.js'
    const engine = new NativeEngine({ room: ${JSON.stringify(room)} })
    const job = () => engine.optimize(${JSON.stringify(PHOTO)}, { width: 20 }, null, null).then(() => 'a picture', ({ code, message }) => code + ' ' + message)
    const results = [await job(), await job()]
    const { roomProcesses, lentBytes } = engine.stats()
    console.log(JSON.stringify({ results, roomProcesses, lentBytes }))`)
  return JSON.parse(await firstLine(child))
}

for (const program of ['yes', 'true']) {
  test(`${program} is no room`, { skip }, async () => {
    const { results, roomProcesses, lentBytes } = await strange([`/usr/bin/${program}`])
    for (const result of results) assert.match(result, /^ERR_UNSUPPORTED .*it did not open/)
    assert.deepEqual([roomProcesses, lentBytes], [0, 0])
  })
}

/** Greets as the room does, and answers every order with a receipt and these bytes. */
const impostor = (answer) => [
  process.execPath,
  '-e',
  `process.stdout.write('\\0pixmill-room-1\\0')
  let received = 0
  process.stdin.on('data', ({ length }) => {
    received += length
    // The first eight bytes are no order.
    if (received > 8) process.stdout.write(Buffer.from('01${answer.toString('hex')}', 'hex'))
  })`,
]

const length = (value) => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}

for (const [what, answer] of Object.entries({
  'more bytes than there are': length(2n ** 62n),
  'no bytes': length(0),
  nonsense: Buffer.concat([length(64), Buffer.alloc(64, 0xee)]),
  'a picture that nobody asked for': Buffer.concat([length(9), Buffer.from([0]), length(1)]),
})) {
  test(`a room that answers with ${what} is ended`, { skip }, async () => {
    const { results, roomProcesses, lentBytes } = await strange(impostor(answer))
    for (const result of results) assert.match(result, /^ERR_INPUT .*an answer (of|that)/)
    assert.deepEqual([roomProcesses, lentBytes], [0, 0])
  })
}

test('an idle process that something else has ended fails no job', { skip }, async () => {
  await make()
  for (const room of rooms()) process.kill(Number(room), 'SIGKILL')
  assert.equal((await make()).width, 200)
})
