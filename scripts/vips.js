// The stage `vips`: the feature of that name, where there is a libvips to build with. Its addon is put into a package of its own in a folder for
// temporary files, so that the one that ships stays as it is.
import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root, run } from './command.js'

const FEATURE = ['--release', '--locked', '--features', 'vips']

const hasLibvips = () =>
  promisify(execFile)('pkg-config', ['--exists', 'vips']).then(
    () => process.platform === 'linux',
    () => false,
  )

/** This package with the addon that Cargo has built last. */
async function makePackage() {
  const folder = await mkdtemp(join(tmpdir(), 'pixmill-vips-'))
  for (const name of ['binding.js', 'package.json', 'dist'])
    await cp(root + name, join(folder, name), { recursive: true })
  await symlink(`${root}node_modules`, join(folder, 'node_modules'))
  for (const name of (await readdir(root)).filter((name) => name.endsWith('.node')))
    await cp(`${root}target/release/libpixmill.so`, join(folder, name))
  return folder
}

export async function testVips(options) {
  if (!(await hasLibvips())) {
    console.log('Skipped: pkg-config finds no libvips (Debian: libvips-dev)')
    return
  }
  await run('cargo', ['clippy', ...FEATURE, '--all-targets', '--', '-D', 'warnings'], options)
  await run('cargo', ['test', ...FEATURE, '--test', 'vips'], options)
  await run('cargo', ['build', ...FEATURE, '--lib'], options)
  const folder = await makePackage()
  try {
    const env = { PIXMILL_PACKAGE: folder }
    await run(process.execPath, ['--test', '--test-reporter=spec', '__test__/heic.test.js'], { ...options, env })
  } finally {
    await rm(folder, { recursive: true })
  }
}
