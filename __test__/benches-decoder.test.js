/** The bench of the JPEG decoder runs over a picture and prints its rows. No time is judged. */
import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { makeFolder } from './cli-process.js'

const root = join(import.meta.dirname, '..')
const hasTools = ['cargo', 'cmake'].every((name) => spawnSync(name, ['--version']).status === 0)

test('bench:decoder prints a row for each scale and each decoder', { skip: !hasTools }, async (t) => {
  const jpeg = await readFile(join(root, '__test__', 'fixtures', 'photo-baseline.jpg'))
  const folder = await makeFolder(t, { 'a.jpg': jpeg })
  const flags = [join(root, 'benches', 'decoder.js'), folder, '--runs', '1']
  const { stdout } = await promisify(execFile)(process.execPath, flags, { cwd: root })
  for (const name of [
    '1/1 libjpeg-turbo',
    '1/1 zune-jpeg',
    '1/2 libjpeg-turbo',
    '1/4 libjpeg-turbo',
    '1/8 libjpeg-turbo',
  ]) {
    assert.match(stdout, new RegExp(`^${name} +1( +[\\d.]+x){2}( +1)?$`, 'm'))
    assert.match(stdout, new RegExp(`^${name}  a\\.jpg +[\\d.]+ +[\\d.]+x( +[\\d.]+){2}( +lost)?$`, 'm'))
  }
})
