/** The rules for static servers, as text: what they are for, what they refuse. That they work is in export-rules-servers.test.js. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { formatRules, RULES } from '../dist/export/rules/index.js'

const textOf = (server, place) =>
  formatRules(server, place)
    .files.map(({ name, text }) => `${name}\n${text}`)
    .join('\n')

test('every server of the table has rules, each file with a name inside the folder and a word on what to do', () => {
  assert.deepEqual(
    RULES.map(({ name }) => name),
    ['nginx', 'apache', 'netlify', 'cloudflare', 'cloudfront'],
  )
  for (const { name, about } of RULES) {
    const { files } = formatRules(name, { path: '/_next/image' })
    assert.ok(about.length > 10 && files.length > 0, name)
    for (const file of files) {
      assert.doesNotMatch(file.name, /^\/|\.\.|\\/)
      assert.match(file.about, /\.$/)
      assert.match(file.text, /\n$/)
    }
  }
})

test('each file says in its first lines what it is for and where it goes, as comments of its language', () => {
  for (const { name } of RULES)
    for (const file of formatRules(name, { path: '/_next/image' }).files) {
      const [head] = file.text.split('\n\n')
      const mark = file.name.endsWith('.js') ? '// ' : '# '
      const lines = head.split('\n').map((line) => line.slice(line.startsWith(mark) ? mark.length : line.length))
      assert.match(lines[0], /^pixmill: /)
      assert.equal(lines.slice(1).join(' '), file.about)
    }
})

test('a server without rules is refused by the names of those that have some', () => {
  assert.throws(() => formatRules('iis', { path: '/_next/image' }), {
    code: 'ERR_OPTION',
    message: /one of nginx, apache, netlify, cloudflare, cloudfront for the server but received "iis"/,
  })
})

test('a path that some server would read as more than letters is refused', () => {
  for (const path of [
    '',
    '/',
    '_next/image',
    'https://cdn.example/i',
    '/a b',
    '/a"b',
    '/a{b',
    '/a;b',
    '/a$b',
    '/a/../b',
    '/./a',
    '/a//b',
    '/a#b',
    '/a\nb',
  ])
    assert.throws(() => formatRules('nginx', { path }), { code: 'ERR_OPTION' }, path)
})

test('a slash at the end of the path changes nothing', () => {
  for (const { name } of RULES)
    assert.equal(textOf(name, { path: '/docs/_next/image/' }), textOf(name, { path: '/docs/_next/image' }))
})

test('a base path that the default path shows need not be given; another must be, and must be its start', () => {
  for (const { name } of RULES)
    assert.equal(
      textOf(name, { path: '/docs/_next/image' }),
      textOf(name, { path: '/docs/_next/image', basePath: '/docs/' }),
    )
  assert.match(textOf('apache', { path: '/docs/pictures', basePath: '/docs' }), /"\^\(pictures\/\.\+\)\$"/)
  assert.match(textOf('apache', { path: '/docs/pictures' }), /"\^\(docs\/pictures\/\.\+\)\$"/)
  for (const basePath of ['/other', '/do', '/docs/pictures'])
    assert.throws(() => formatRules('apache', { path: '/docs/pictures', basePath }), { code: 'ERR_OPTION' }, basePath)
})

test('the files of hosts that look for them have the base path in their names', () => {
  const [pages] = formatRules('cloudflare', { path: '/docs/_next/image' }).files
  assert.equal(pages.name, 'functions/docs/_next/image/[[path]].js')
})

test('the page of the docs shows the rules as they are made', () => {
  const page = readFileSync(new URL('../docs/static-export-rules.md', import.meta.url), 'utf8')
  for (const { name } of RULES)
    for (const { name: file, text } of formatRules(name, { path: '/_next/image' }).files)
      assert.ok(page.includes(`\n${text}\`\`\``), `${name}: ${file}`)
})
