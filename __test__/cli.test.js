/** The command line before any work: help, versions, and what is said about wrong arguments. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { readFlags } from '../dist/cli/flags.js'
import { isSupportedNode } from '../dist/cli/node-version.js'
import { integer, list, oneOf, parseSwitch, parseText } from '../dist/cli/values.js'
import { runCli } from './cli-process.js'

const flags = {
  size: { value: 'n', about: '', env: ['PIXMILL_SIZE', 'SIZE'], parse: integer(0, 9) },
  name: { value: 'text', about: '', parse: parseText },
  dev: { about: '', env: ['PIXMILL_DEV'], parse: parseSwitch },
  tag: { value: 'text', about: '', env: ['PIXMILL_TAG'], isList: true, parse: parseText },
}

test('a flag beats its variables, and the first variable that is set beats the others', () => {
  const read = (argv, env) => readFlags(flags, argv, env).values.size
  assert.equal(read(['--size', '1'], { PIXMILL_SIZE: '2', SIZE: '3' }), 1)
  assert.equal(read(['--size=1'], {}), 1)
  assert.equal(read([], { PIXMILL_SIZE: '2', SIZE: '3' }), 2)
  assert.equal(read([], { PIXMILL_SIZE: '', SIZE: '3' }), 3)
  assert.equal(read([], {}), undefined)
})

test('of a flag given twice the last counts, and positionals keep their order', () => {
  const { values, positionals } = readFlags(flags, ['b', '--size', '1', 'a', '--size', '2', '--', '--name'], {})
  assert.equal(values.size, 2)
  assert.deepEqual(positionals, ['b', 'a', '--name'])
})

test('a list has all that was given, in order, or what its variable says', () => {
  const read = (argv, env = {}) => readFlags(flags, argv, env).values.tag
  assert.deepEqual(read(['--tag', 'a', '--tag=b', '--tag', 'a']), ['a', 'b', 'a'])
  assert.deepEqual(read(['--tag', 'a'], { PIXMILL_TAG: 'b' }), ['a'])
  assert.deepEqual(read([], { PIXMILL_TAG: 'b' }), ['b'])
  assert.equal(read([]), undefined)
})

test('a switch is on, or what its variable says', () => {
  assert.equal(readFlags(flags, ['--dev'], { PIXMILL_DEV: '0' }).values.dev, true)
  assert.equal(readFlags(flags, [], { PIXMILL_DEV: '1' }).values.dev, true)
  assert.equal(readFlags(flags, [], { PIXMILL_DEV: 'false' }).values.dev, false)
})

test('wrong arguments are named with what was expected', () => {
  const refuse = (argv, message, env = {}) =>
    assert.throws(() => readFlags(flags, argv, env), { code: 'ERR_OPTION', message })
  refuse(['--nope'], 'Expected one of --size, --name, --dev, --tag for a flag but received "--nope"')
  refuse(['--constructor'], 'Expected one of --size, --name, --dev, --tag for a flag but received "--constructor"')
  refuse(['-s'], 'Expected one of --size, --name, --dev, --tag for a flag but received "-s"')
  refuse(['--size', '10'], 'Expected an integer from 0 to 9 for --size but received "10"')
  refuse(['--size', '-1'], 'Expected an integer from 0 to 9 for --size but received "-1"')
  refuse(['--size', '1.5'], 'Expected an integer from 0 to 9 for --size but received "1.5"')
  refuse(['--size'], 'Expected a value <n> for --size but received nothing')
  refuse(['--name', '--dev'], 'Expected a value <text> for --name but received nothing')
  refuse(['--dev=yes'], 'Expected no value for --dev but received "yes"')
  refuse([], 'Expected an integer from 0 to 9 for SIZE but received "many"', { SIZE: 'many' })
})

test('lists are checked item by item and lose their doubles', () => {
  assert.deepEqual(list(integer(1, 100))('1, 2,1', '--x'), [1, 2])
  assert.deepEqual(list(oneOf('a', 'b'))('b,a', '--x'), ['b', 'a'])
  assert.throws(() => list(oneOf('a', 'b'))('a,', '--x'), { message: 'Expected one of a, b for --x but received ""' })
})

test('the versions of Node.js are those of package.json', async () => {
  const { engines } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'))
  assert.equal(engines.node, '^20.19 || >=22.12')
  const supported = ['20.19.0', '20.20.2', '22.12.0', '22.99.0', '23.0.0', '24.1.0', '100.0.0']
  const refused = ['16.20.2', '18.20.8', '20.18.9', '21.7.3', '22.11.0', '0.12.0']
  for (const version of supported) assert.ok(isSupportedNode(version), version)
  for (const version of refused) assert.ok(!isSupportedNode(version), version)
})

test('help and version end well', async () => {
  const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'))
  assert.deepEqual(await runCli(['--version']), { code: 0, stdout: `${version}\n`, stderr: '' })
  assert.match((await runCli(['--help'])).stdout, /^Usage: pixmill <command>[\s\S]*serve[\s\S]*bench/)
  for (const [command, flag] of [
    ['serve', '--metrics-port'],
    ['cache', '--prefix'],
    ['bench', '--widths'],
  ]) {
    const { code, stdout } = await runCli([command, '--help'])
    assert.equal(code, 0)
    assert.match(stdout, new RegExp(`^Usage: pixmill ${command}[\\s\\S]*${flag}`))
    for (const line of stdout.split('\n')) assert.ok(line.length <= 100, line)
  }
})

test('wrong arguments end with code 2 and one line', async () => {
  const refused = [
    [[], /for the command but received nothing/],
    [['serv'], /Expected one of serve, export, cache, bench, migrate .* but received "serv"/],
    [['constructor'], /but received "constructor"/],
    [['serve', '--nope'], /but received "--nope"/],
    [['serve', 'here'], /Expected flags only for pixmill serve but received "here"/],
    [
      ['serve', '--root', '/does/not/exist'],
      /Expected an existing directory for --root but received "\/does\/not\/exist"/,
    ],
    [['serve', '--port', '65536'], /Expected an integer from 0 to 65535 for --port but received "65536"/],
    [['serve', '--memory', 'lots'], /Expected .* for --memory but received "lots"/],
    [['serve', '--images', '{'], /Expected a JSON object for --images but received "\{"/],
    [['serve', '--images', '{"qualities":[0]}'], /for images\.qualities\[0\] but received 0/],
    [['serve', '--options', '{"nope":1}'], /but received "nope"/],
    [['serve', '--base-path', 'docs/'], /Expected a path such as \/docs for --base-path but received "docs\/"/],
    [['serve', '--endpoint', 'image'], /for --endpoint but received "image"/],
    [['serve', '--origin', 'ftp://app'], /for --origin but received "ftp:\/\/app"/],
    [['serve', '--metrics-port', 'x'], /Expected an integer from 0 to 65535 for --metrics-port but received "x"/],
    [['bench'], /Expected files or folders for pixmill bench but received nothing/],
    [['bench', '--formats', 'gif', '.'], /Expected one of avif, webp, jpeg, png for --formats but received "gif"/],
    [['bench', '/does/not/exist'], /but received "\/does\/not\/exist"/],
  ]
  for (const [args, message] of refused) {
    const { code, stdout, stderr } = await runCli(args)
    assert.match(stderr, message)
    assert.match(stderr, /^pixmill: [^\n]+\n$/)
    assert.deepEqual({ code, stdout }, { code: 2, stdout: '' }, args.join(' '))
  }
})
