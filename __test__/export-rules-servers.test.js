/**
 * The rules for static servers, in the servers: one suite for all. nginx and Apache are real; the scripts of the others run in Node, in a
 * stand-in for their host.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, dirname, extname, join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import vm from 'node:vm'
import { formatRules } from '../dist/export/rules/index.js'
import { findPort } from './next/matrix/process.js'

const CHROME = 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8'

/** `Accept`, and what is to come. */
const CASES = [
  [CHROME, 'avif'],
  ['image/avif', 'avif'],
  ['IMAGE/AVIF', 'avif'],
  ['text/html, image/avif;q=0.5', 'avif'],
  ['image/avif;q=0.001', 'avif'],
  ['image/avif;level=1;q=0.8,image/webp', 'avif'],
  ['image/webp,image/avif;q=1', 'avif'],
  ['image/avif;q=0', 'webp'],
  ['image/avif;q=0.000,image/webp', 'webp'],
  ['image/avif ; Q=0.0 , image/webp', 'webp'],
  ['image/avif;level=1;q=0', 'webp'],
  ['image/webp,*/*', 'webp'],
  ['image/avif-sequence', 'webp'],
  ['ximage/avif', 'webp'],
  ['image/*', 'webp'],
  ['*/*', 'webp'],
  ['image/png', 'webp'],
  ['image/webp;q=0', 'webp'],
  [undefined, 'webp'],
]

const PICTURE = '3Fq0aZ81_Kd/hero-640-75'
const FIXTURES = new URL('./fixtures/', import.meta.url)
const BODIES = Object.fromEntries(
  ['avif', 'webp'].map((format) => [format, readFileSync(new URL(`photo.${format}`, FIXTURES))]),
)

const NGINX = findProgram('nginx')
const APACHE = findProgram('apache2') ?? findProgram('httpd')
const MODULES = ['/usr/lib/apache2/modules', '/usr/lib64/httpd/modules', '/etc/httpd/modules'].find(existsSync)

/** `start(t, site)` gives `get(path, headers)`. `site` is the folder that is the root of the host. */
const HOSTS = [
  {
    name: 'nginx',
    start: startNginx,
    skip: NGINX === undefined && 'there is no nginx: scripts/setup test installs it',
  },
  {
    name: 'apache',
    start: startApache,
    skip: (APACHE === undefined || MODULES === undefined) && 'there is no Apache: apt-get install apache2',
  },
  { name: 'netlify', start: startNetlify },
  { name: 'cloudflare', start: startPages },
  { name: 'cloudflare', kind: 'Worker', start: startWorker },
  { name: 'cloudfront', start: startCloudfront },
]

for (const { name, kind = '', start, skip = false } of HOSTS) {
  const title = `${name}${kind && ` (${kind})`}`

  test(`${title}: AVIF goes to clients that name it, WebP to all others, each under its type`, { skip }, async (t) => {
    const get = await start(t, { path: '/_next/image' })
    for (const [accept, format] of CASES) {
      const answer = await get(`/_next/image/${PICTURE}`, accept === undefined ? {} : { accept })
      assert.equal(answer.status, 200, `status for ${accept}`)
      assert.equal(answer.headers.get('content-type'), `image/${format}`, `type for ${accept}`)
      assert.deepEqual(answer.body, BODIES[format], `body for ${accept}`)
      assert.match(answer.headers.get('vary') ?? '', /\baccept\b(?!-)/i, `Vary for ${accept}`)
    }
  })

  test(`${title}: with a base path the same`, { skip }, async (t) => {
    const get = await start(t, { path: '/a.b/docs/_next/image/' })
    for (const [accept, format] of [CASES[0], CASES.at(-2)]) {
      const { status, headers } = await get(`/a.b/docs/_next/image/${PICTURE}`, { accept })
      assert.deepEqual([status, headers.get('content-type')], [200, `image/${format}`])
    }
  })

  test(`${title}: a picture that is not there is a 404, and files with an extension are themselves`, {
    skip,
  }, async (t) => {
    const get = await start(t, { path: '/_next/image' })
    for (const path of ['3Fq0aZ81_Kd/other-640-75', 'nobody/hero-640-75', 'nobody'])
      assert.equal((await get(`/_next/image/${path}`, { accept: CHROME })).status, 404, path)
    const file = await get(`/_next/image/${PICTURE}.webp`, { accept: CHROME })
    assert.deepEqual([file.status, file.headers.get('content-type')], [200, 'image/webp'])
    const manifest = await get('/_next/image/manifest.json', { accept: CHROME })
    assert.deepEqual([manifest.status, String(manifest.body)], [200, '{}'])
  })

  test(`${title}: nothing else of the site changes`, { skip }, async (t) => {
    const get = await start(t, { path: '/_next/image' })
    const page = await get('/index.html', { accept: CHROME })
    assert.deepEqual([page.status, String(page.body)], [200, '<p>'])
    assert.doesNotMatch(page.headers.get('vary') ?? '', /\baccept\b(?!-)/i)
    const photo = await get('/photo.webp', { accept: CHROME })
    assert.deepEqual([photo.headers.get('content-type'), photo.headers.get('vary')], ['image/webp', null])
    assert.equal((await get('/other', { accept: CHROME })).status, 404)
  })
}

for (const { name, start, skip } of HOSTS.slice(0, 2)) {
  test(`${name}: a browser that has one format revalidates that one, and gets the other after it has changed its mind`, {
    skip,
  }, async (t) => {
    const get = await start(t, { path: '/_next/image' })
    const path = `/_next/image/${PICTURE}`
    const first = await get(path, { accept: CHROME })
    const condition = { 'if-none-match': first.headers.get('etag') }
    const second = await get(path, { accept: CHROME, ...condition })
    assert.equal(second.status, 304)
    assert.match(second.headers.get('vary') ?? '', /\baccept\b(?!-)/i)
    const third = await get(path, { accept: '*/*', ...condition })
    assert.deepEqual([third.status, third.headers.get('content-type')], [200, 'image/webp'])
  })
}

test('nginx: an output that is the root itself is found below a base path too', { skip: HOSTS[0].skip }, async (t) => {
  const get = await startNginx(t, { path: '/docs/_next/image', folder: '' })
  for (const [accept, format] of [CASES[0], CASES.at(-2)]) {
    const { headers } = await get(`/docs/_next/image/${PICTURE}`, { accept })
    assert.equal(headers.get('content-type'), `image/${format}`)
  }
})

test('apache: the rules need no base path: an Alias will do', { skip: HOSTS[1].skip }, async (t) => {
  const get = await startApache(t, { path: '/docs/_next/image', folder: '', alias: '/docs' })
  for (const [accept, format] of [CASES[0], CASES.at(-2)]) {
    const { headers } = await get(`/docs/_next/image/${PICTURE}`, { accept })
    assert.equal(headers.get('content-type'), `image/${format}`)
  }
})

test('apache: a client that says only */* gets WebP where MultiViews is on', { skip: HOSTS[1].skip }, async (t) => {
  const get = await startApache(t, { path: '/_next/image', options: 'FollowSymLinks MultiViews' })
  const { status, headers } = await get(`/_next/image/${PICTURE}`, { accept: '*/*' })
  assert.deepEqual([status, headers.get('content-type')], [200, 'image/webp'])
})

test('cloudfront: however browsers word their Accept, the cache has two files of a picture', async (t) => {
  const get = await startCloudfront(t, { path: '/_next/image' })
  for (const [accept] of CASES) await get(`/_next/image/${PICTURE}`, accept === undefined ? {} : { accept })
  assert.deepEqual(
    [...get.cached].sort(),
    ['avif', 'webp'].map((format) => `/_next/image/${PICTURE}.${format}`),
  )
})

function findProgram(name) {
  // Administrators' programs are not in everybody's PATH.
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
}

/** A host's folder, with an export in the folder that the base path names, or in `folder`. */
async function makeSite(t, { path, folder = path.replace(/\/_next\/image\/?$/, '').slice(1) }) {
  const root = await mkdtemp(join(tmpdir(), 'pixmill-rules-'))
  t.after(() => rm(root, { recursive: true, force: true }))
  const output = join(root, 'site', folder)
  const picture = join(output, '_next/image', PICTURE)
  await mkdir(dirname(picture), { recursive: true })
  await Promise.all([
    ...Object.entries(BODIES).map(([format, body]) => writeFile(`${picture}.${format}`, body)),
    writeFile(join(output, '_next/image/manifest.json'), '{}'),
    writeFile(join(root, 'site/index.html'), '<p>'),
    cp(new URL('photo.webp', FIXTURES), join(root, 'site/photo.webp')),
  ])
  return { root, output, site: join(root, 'site') }
}

async function startNginx(t, place) {
  const { root, site } = await makeSite(t, place)
  const port = await findPort()
  const [http, server] = formatRules('nginx', place).files.map(({ text }) => text)
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${root}/${name};`,
  )
  // The types are this server's alone, and know no AVIF, as those of an old nginx.
  const config = `${process.getuid() === 0 ? 'user root;' : ''}
    daemon off; worker_processes 1; pid ${root}/pid; events {}
    http { access_log off; ${temporary.join('\n')} types { text/html html; image/webp webp; } default_type application/octet-stream;
      ${http}
      server { listen 127.0.0.1:${port}; root ${site};
        ${server}
        location ~ [0-9]$ { return 410; }
      } }`
  await writeFile(join(root, 'nginx.conf'), config)
  await run(t, NGINX, ['-p', root, '-e', `${root}/error.log`, '-c', `${root}/nginx.conf`], {
    port,
    log: `${root}/error.log`,
  })
  return toGet(port)
}

async function startApache(t, { alias, options = 'FollowSymLinks', ...place }) {
  const { root, site, output } = await makeSite(t, place)
  const port = await findPort()
  const [{ name, text }] = formatRules('apache', place).files
  await writeFile(join(output, name), text)
  // Some builds have a module inside. AddType is all that this server knows of types but for HTML.
  const modules = ['mpm_event', 'authz_core', 'unixd', 'alias', 'mime', 'dir', 'negotiation', 'rewrite', 'headers']
    .filter((module) => existsSync(join(MODULES, `mod_${module}.so`)))
    .map((module) => `LoadModule ${module}_module ${MODULES}/mod_${module}.so`)
  await writeFile(join(root, 'types'), 'text/html html\nimage/webp webp\napplication/json json\n')
  const config = `${modules.join('\n')}
ServerRoot ${root}
ServerName localhost
Listen 127.0.0.1:${port}
PidFile ${root}/pid
ErrorLog ${root}/error.log
DefaultRuntimeDir ${root}
TypesConfig ${root}/types
DocumentRoot ${alias === undefined ? site : root}
${alias === undefined ? '' : `Alias ${alias} ${site}`}
<Directory ${site}>
Require all granted
Options ${options}
AllowOverride FileInfo Options=MultiViews
</Directory>
`
  await writeFile(join(root, 'apache.conf'), config)
  await run(t, APACHE, ['-f', `${root}/apache.conf`, '-D', 'FOREGROUND'], { port, log: `${root}/error.log` })
  return toGet(port)
}

async function run(t, program, args, { port, log }) {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  const exited = once(child, 'exit')
  t.after(async () => {
    child.kill('SIGTERM')
    await exited
  })
  const ended = exited.then(async () => {
    throw new Error(`${program} has ended: ${await readFile(log, 'utf8').catch(() => '')}`)
  })
  await Promise.race([untilListening(port), ended])
  ended.catch(() => {})
}

async function untilListening(port) {
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (isOpen) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Not `fetch`, which adds an Accept where there is none. */
const toGet = (port) => async (path, headers) => {
  const [answer] = await once(request({ host: '127.0.0.1', port, path, headers, agent: false }).end(), 'response')
  const body = Buffer.concat(await answer.toArray())
  return { status: answer.statusCode, headers: new Headers(answer.headers), body }
}

const TYPES = { '.html': 'text/html', '.webp': 'image/webp', '.json': 'application/json' }

/** What a host answers from its files; AVIF it does not know. */
const serveFiles = (site) => async (asked) => {
  const file = join(site, decodeURIComponent(new URL(asked.url).pathname))
  const body = await readFile(file).catch(() => null)
  if (body === null) return new Response('no such file', { status: 404, headers: { 'content-type': 'text/html' } })
  return new Response(body, { headers: { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' } })
}

async function importRule(t, text) {
  const folder = await mkdtemp(join(tmpdir(), 'pixmill-rules-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'rule.mjs'), text)
  return import(pathToFileURL(join(folder, 'rule.mjs')).href)
}

const toGetOver = (answer) => async (path, headers) => {
  const response = await answer(new Request(`https://site.example${path}`, { headers }))
  return { status: response.status, headers: response.headers, body: Buffer.from(await response.arrayBuffer()) }
}

const isBelow = (prefix, { url }) => new URL(url).pathname.startsWith(prefix)

/** The function sees every request below its path, its own too; its globals are the host's. */
async function startNetlify(t, place) {
  const files = serveFiles((await makeSite(t, place)).site)
  const rules = formatRules('netlify', place).files
  const prefix = /path = "(.+)\*"/.exec(rules[1].text)[1]
  const { default: rule } = await importRule(t, rules[0].text)
  const answer = async (asked) => (isBelow(prefix, asked) ? await rule(asked) : undefined) ?? files(asked)
  t.mock.method(globalThis, 'fetch', answer)
  return toGetOver(answer)
}

/** The function sees every request below the folder it lies in. */
async function startPages(t, place) {
  const files = serveFiles((await makeSite(t, place)).site)
  const [{ name, text }] = formatRules('cloudflare', place).files
  const prefix = /^functions(.+\/)\[\[path\]\]\.js$/.exec(name)[1]
  const { onRequest } = await importRule(t, text)
  const env = { ASSETS: { fetch: files } }
  return toGetOver((asked) => (isBelow(prefix, asked) ? onRequest({ request: asked, env }) : files(asked)))
}

async function startWorker(t, place) {
  const files = serveFiles((await makeSite(t, place)).site)
  const [, { text }, settings] = formatRules('cloudflare', place).files
  const prefix = /run_worker_first = \["(.+)\*"\]/.exec(settings.text)[1]
  const { default: worker } = await importRule(t, text)
  const env = { ASSETS: { fetch: files } }
  return toGetOver((asked) => (isBelow(prefix, asked) ? worker.fetch(asked, env) : files(asked)))
}

/** The cache knows a file by its URI alone. `get.cached` are those that it was asked for and has. */
async function startCloudfront(t, place) {
  const files = serveFiles((await makeSite(t, place)).site)
  const handler = vm.runInNewContext(`${formatRules('cloudfront', place).files[0].text};handler`)
  const get = async (path, given) => {
    const headers = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, { value }]))
    const asked = handler({ context: { eventType: 'viewer-request' }, request: { uri: path, headers } })
    const response = await files(new Request(`https://bucket.example${asked.uri}`))
    if (response.ok) get.cached.add(asked.uri)
    const event = {
      context: { eventType: 'viewer-response' },
      request: asked,
      response: {
        statusCode: response.status,
        headers: { 'content-type': { value: response.headers.get('content-type') } },
      },
    }
    const sent = Object.entries(handler(event).headers).map(([name, { value }]) => [name, value])
    return { status: response.status, headers: new Headers(sent), body: Buffer.from(await response.arrayBuffer()) }
  }
  get.cached = new Set()
  return get
}
