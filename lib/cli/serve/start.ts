/** Puts the parts of `pixmill serve` together and keeps them until a signal comes. Every part is elsewhere. */
import type { RequestListener } from 'node:http'
import type { Environment } from '../../config/index.js'
import { createMetrics } from '../../http/metrics.js'
import { createNodeHandler, type NodeHandler } from '../../http/node-handler.js'
import { createOperations } from '../../http/operations.js'
import { listenForOperations, type OperationsServer } from '../../http/operations-server.js'
import { createOptimizer } from '../../optimizer/index.js'
import { createLog } from '../../optimizer/log.js'
import { createAnswer } from './answer.js'
import { surviveFaults } from './faults.js'
import { createFilesHandler } from './files.js'
import type { ServeFlags } from './flags.js'
import { createGate } from './gate.js'
import { resolveInput, withoutFlags } from './input.js'
import { listen, toListenError } from './listen.js'
import { endOnSignals } from './signals.js'

/** Resolves when the port is open, after the line that says so. */
export async function startServer(given: ServeFlags & { readonly port: number }, env: Environment): Promise<void> {
  const optimizer = createOptimizer(await resolveInput(given), withoutFlags(env))
  const log = createLog({ env })
  const { root, distDir, basePath, isDev } = optimizer.config
  const files = createFilesHandler({ root, distDir, basePath, isDev })
  const gate = createGate(createAnswer([createNodeHandler(optimizer), files], log))
  const operations = createOperations({
    metrics: createMetrics(optimizer),
    isClosing: gate.isClosed,
    onError: (error) => log.fault(error),
  })
  // Now and not with the first picture: warnings come early, and the cache knows its directory when it is asked.
  optimizer.start()
  const metrics = await listenForMetrics(operations, given)
  const listener = metrics === null ? before(gate.listener, operations) : gate.listener
  const { server, url } = await listen(listener, given.port, given.host)
  surviveFaults((error) => log.fault(error))
  const servers = metrics === null ? [server] : [server, metrics.server]
  endOnSignals({ gate, servers, close: () => optimizer.close(), log })
  console.log(`pixmill ${isDev ? '(dev) ' : ''}listens on ${url}`)
  if (metrics !== null) console.log(`pixmill shows metrics on ${metrics.url}`)
}

/** `/health` is answered while the gate is closing. */
function before(listener: RequestListener, operations: NodeHandler): RequestListener {
  return (request, response) => void operations(request, response, () => listener(request, response))
}

async function listenForMetrics(operations: NodeHandler, given: ServeFlags): Promise<OperationsServer | null> {
  const port = given['metrics-port']
  const host = given['metrics-host'] ?? given.host
  if (port === undefined) return null
  try {
    return await listenForOperations(operations, port, host)
  } catch (error) {
    throw toListenError(error, { port, host }, ['--metrics-port', '--metrics-host'])
  }
}
