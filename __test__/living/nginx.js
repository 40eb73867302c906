// An nginx of the test's own: the configurations of docs/nginx, with ports and folders that are gone afterwards. Needs no rights.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { findPort } from '../next/matrix/process.js'

// Administrators' programs are not in everybody's PATH.
const NGINX = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']
  .map((folder) => join(folder, 'nginx'))
  .find((path) => existsSync(path))

/** For the `skip` of tests. */
export const lacksNginx = NGINX === undefined && 'there is no nginx: scripts/setup test installs it'

/** nginx with `name`.conf in front of `origin`. `entries()` counts what it keeps; `stop()` ends it and removes what is there of it. */
export async function startNginx(name, origin, port) {
  const folder = mkdtempSync(join(tmpdir(), 'pixmill-nginx-'))
  port ??= await findPort()
  writeFileSync(join(folder, 'nginx.conf'), writeConfig(readConfig(name, { folder, port, origin }), folder))
  mkdirSync(join(folder, 'cache'))
  const child = spawn(NGINX, ['-p', folder, '-e', 'error.log', '-c', 'nginx.conf'], { stdio: 'inherit' })
  const exited = once(child, 'exit')
  await Promise.race([untilListening(port), exited.then(() => failed(folder))])
  const stop = async () => {
    child.kill('SIGTERM')
    await exited
    rmSync(folder, { recursive: true, force: true })
  }
  return { origin: `http://127.0.0.1:${port}`, entries: () => countFiles(join(folder, 'cache')), stop }
}

function failed(folder) {
  throw new Error(`nginx has ended: ${readFileSync(join(folder, 'error.log'), 'utf8')}`)
}

function readConfig(name, { folder, port, origin }) {
  const changes = [
    ['listen 80;', `listen 127.0.0.1:${port};`],
    ['server 127.0.0.1:3000;', `server ${new URL(origin).host};`],
    ['/var/cache/nginx/pictures', join(folder, 'cache')],
  ]
  const text = readFileSync(new URL(`../../docs/nginx/${name}.conf`, import.meta.url), 'utf8')
  return changes.reduce((config, [from, to]) => {
    if (!config.includes(from)) throw new Error(`Expected "${from}" in ${name}.conf`)
    return config.replace(from, to)
  }, text)
}

// As root, nginx would hand its folders to a user who may not enter this one.
function writeConfig(http, folder) {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${folder}/${kind};`,
  )
  return `${process.getuid() === 0 ? 'user root;' : ''}
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
events {}
http {
access_log off;
${temporary.join('\n')}
${http}
}
`
}

async function untilListening(port) {
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    const [event] = await Promise.race([once(socket, 'connect').then(() => ['connect']), once(socket, 'error')]).catch(
      () => [],
    )
    socket.destroy()
    if (event === 'connect') return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const countFiles = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length
