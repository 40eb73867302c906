// `npm run fuzz -- TARGET RUNS [--seed N] [--sanitize]`, or `TARGET --repeat FILE`: compiles the fuzzer beside this file with stable Rust and runs it. With
// `--sanitize` it is compiled by nightly Rust with AddressSanitizer. Inputs of findings stay in `fuzz/findings`; `PIXMILL_CORPUS` names more seeds.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from '../scripts/command.js'

const HOST = 'x86_64-unknown-linux-gnu'
const sanitizes = process.argv.includes('--sanitize')
const args = process.argv.slice(2).filter((argument) => argument !== '--sanitize')

function build() {
  const target = join(root, 'target', sanitizes ? 'fuzz-sanitized' : 'fuzz')
  const manifest = join(import.meta.dirname, 'Cargo.toml')
  const flags = ['build', '--release', '--locked', '--quiet', '--manifest-path', manifest, '--target-dir', target]
  const toolchain = sanitizes ? ['+nightly'] : []
  const env = sanitizes ? { ...process.env, RUSTFLAGS: '-Zsanitizer=address' } : process.env
  const place = sanitizes ? ['--target', HOST] : []
  const { status } = spawnSync('cargo', [...toolchain, ...flags, ...place], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env,
  })
  if (status !== 0) process.exit(2)
  return join(target, sanitizes ? HOST : '', 'release', 'pixmill-fuzz')
}

const { status, signal } = spawnSync(build(), args, { stdio: ['ignore', 'inherit', 'inherit'] })
if (signal) {
  console.log(
    `finding: the process ended by ${signal}\n  npm run fuzz -- ${args[0]} --repeat fuzz/findings/${args[0]}-ended.bin`,
  )
}
process.exitCode = status ?? 1
