/** Puts the parts of `pixmill serve` together and keeps them until a signal comes. Every part is elsewhere. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Environment } from '../../config/index.js'
import { createNodeHandler } from '../../http/node-handler.js'
import { createOptimizer, type Optimizer } from '../../optimizer/index.js'
import { surviveFaults } from './faults.js'
import { createFilesHandler } from './files.js'
import type { ServeFlags } from './flags.js'
import { closeServer, createGate, type Gate } from './gate.js'
import { resolveInput } from './input.js'
import { listen } from './listen.js'

/** Running jobs end within this time after SIGTERM; the process is gone before 4 s. */
const PATIENCE_MS = 3_000
const CLOSE_MS = 300

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>

/** Resolves when the port is open, after the line that says so. */
export async function startServer(given: ServeFlags & { readonly port: number }, env: Environment): Promise<void> {
  const optimizer = createOptimizer(await resolveInput(given), withoutFlags(env))
  const { root, distDir, basePath, isDev } = optimizer.config
  const gate = createGate(
    createAnswer([createNodeHandler(optimizer), createFilesHandler({ root, distDir, basePath, isDev })]),
  )
  const { server, url } = await listen(gate.listener, given.port, given.host)
  surviveFaults(log)
  endOnSignals(server, gate, optimizer)
  console.log(`pixmill ${isDev ? '(dev) ' : ''}listens on ${url}`)
}

/** In a Next.js server these variables beat the options that the app was built with. Here a flag beats its variable, and was read already. */
function withoutFlags(env: Environment): Environment {
  const { PIXMILL_MEMORY: _memory, PIXMILL_CACHE_DIR: _cacheDir, ...rest } = env
  return rest
}

/** The handlers in their order; each says whether it answered. */
function createAnswer(handlers: readonly Handler[]) {
  return async (request: IncomingMessage, response: ServerResponse) => {
    try {
      for (const handle of handlers) {
        if (await handle(request, response)) return
      }
      if (request.method === 'GET' || request.method === 'HEAD') send(response, 404, 'Not found')
      else send(response.setHeader('Allow', 'GET, HEAD'), 405, 'Method not allowed')
    } catch (error) {
      log(`pixmill: ${request.method} ${request.url}: ${error instanceof Error ? error.stack : String(error)}`)
      if (response.headersSent) response.destroy()
      else send(response, 500, 'Internal server error')
    }
  }
}

function send(response: ServerResponse, status: number, text: string): void {
  response
    .writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' })
    .end(`${text}\n`)
}

/** The second signal does not wait. */
function endOnSignals(server: Server, gate: Gate, optimizer: Optimizer): void {
  let isEnding = false
  const end = () => {
    if (isEnding) process.exit(1)
    isEnding = true
    gate
      .close(PATIENCE_MS)
      .then(() => closeServer(server))
      .then(() => Promise.race([optimizer.close(), sleep(CLOSE_MS)]))
      .catch((error) => log(`pixmill: ${error}`))
      .finally(() => process.exit(0))
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, end)
}

function log(line: string): void {
  console.error(line)
}
