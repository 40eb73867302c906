// Writes golden/next-<version>.json: how Next itself answers every case, over HTTP. Needs a `node_modules` with next, react, react-dom and sharp:
//   PIXMILL_NEXT_MODULES=/some/app/node_modules node __test__/contract/make.js
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { cases } from './cases.js'
import { configs } from './configs.js'
import { createNextApp, startNext } from './next-app.js'
import { createRecognizer } from './project.js'
import { runCases, withPort } from './run.js'
import { startUpstream } from './upstream.js'

const modules = resolve(process.env.PIXMILL_NEXT_MODULES ?? 'node_modules')
const { version } = JSON.parse(await readFile(join(modules, 'next/package.json'), 'utf8'))
const only = process.argv.slice(2)

const scratch = await mkdtemp(join(tmpdir(), 'pixmill-contract-'))
const upstream = await startUpstream()
const apps = new Map()

/** A base path is built in. */
async function toApp(basePath = '') {
  if (!apps.has(basePath)) apps.set(basePath, await createNextApp(join(scratch, `app${apps.size}`), modules, basePath))
  return apps.get(basePath)
}

async function ask(name) {
  const config = JSON.parse(withPort(JSON.stringify(configs[name]), upstream.port))
  const app = await toApp(config.basePath)
  const next = await startNext(app, config)
  const asked = cases.filter((one) => one.config === name)
  try {
    // Next answers before it has written its entry.
    const pause = () => sleep(100)
    return await runCases(asked, { base: next.url, port: upstream.port, recognize: createRecognizer(app.files), pause })
  } finally {
    await next.end()
  }
}

const file = new URL(`./golden/next-${version}.json`, import.meta.url)
const kept = only.length === 0 ? {} : JSON.parse(await readFile(file, 'utf8')).answers
const answers = new Map(Object.entries(kept))
try {
  for (const name of Object.keys(configs)) {
    if (only.length > 0 && !only.includes(name)) continue
    const started = performance.now()
    for (const [id, answer] of await ask(name)) answers.set(id, answer)
    console.log(name, `${Math.round((performance.now() - started) / 1000)} s`)
  }
} finally {
  upstream.close()
  await rm(scratch, { recursive: true, force: true })
}
/** Which of two requests comes first is chance; of one that was asked before it is not. */
const settle = ({ times = 1 }, answer) =>
  times > 1 || answer.cache === undefined ? answer : { ...answer, cache: 'any' }

const lines = cases
  .filter(({ id }) => answers.has(id))
  .map((one) => `${JSON.stringify(one.id)}: ${JSON.stringify(settle(one, answers.get(one.id)))}`)
await writeFile(file, `{"version": ${JSON.stringify(version)}, "answers": {\n${lines.join(',\n')}\n}}\n`)
console.log(`${lines.length} answers of next ${version}`)
