// oximg from crates.io as a contender, through the small Rust program beside this file: compiled where it is asked for, since its C takes minutes.
import { execFileSync, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { root } from '../../scripts/command.js'

const FOLDER = join(import.meta.dirname, 'oximg')
const NANOSECONDS = 1e6

function build() {
  const target = join(root, 'target', 'oximg')
  const manifest = join(FOLDER, 'Cargo.toml')
  const args = ['build', '--release', '--locked', '--quiet', '--manifest-path', manifest, '--target-dir', target]
  execFileSync('cargo', args, { stdio: ['ignore', 'inherit', 'inherit'] })
  return join(target, 'release', 'pixmill-bench-oximg')
}

const readVersion = () => /"=(.+?)"/.exec(readFileSync(join(FOLDER, 'Cargo.toml'), 'utf8'))[1]

/** As `startContender`, but for user time, which its program does not know apart. */
export async function startOximg() {
  // One thread, as the others have.
  const child = spawn(build(), [], {
    env: { ...process.env, OXIMG_OVERLAP: '0' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    name: 'oximg',
    versions: { oximg: readVersion() },
    async perform({ path, format, width, quality }) {
      child.stdin.write(`${format} ${width} ${quality} ${path}\n`)
      const { value, done } = await lines.next()
      return done ? { error: 'its process ended' } : parseResult(value)
    },
    stop: () => child.stdin.end(),
  }
}

function parseResult(line) {
  if (!/^\d+ \d+ \d+$/.test(line)) return { error: line }
  const [cpu, wall, bytes] = line.split(' ').map(Number)
  return { cpuMs: cpu / NANOSECONDS, userMs: null, wallMs: wall / NANOSECONDS, bytes }
}
