/** A port of its own for `/health` and `/metrics`, so that a public server need not show them. Keeps no process alive. */
import { EventEmitter } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { NodeHandler } from './node-handler.js'

export interface OperationsServer {
  readonly server: Server
  /** Of `/metrics`, as people write it. */
  readonly url: string
}

const TIMEOUT_MS = 10_000

/** Rejects with the error of Node when the port cannot be had. `host` undefined: every address. */
export function listenForOperations(operations: NodeHandler, port: number, host?: string): Promise<OperationsServer> {
  const server = createServer({ headersTimeout: TIMEOUT_MS, requestTimeout: TIMEOUT_MS }, (request, response) => {
    void operations(request, response, () => response.writeHead(404).end())
  })
  // Next's hook and tracing libraries patch `emit` to see the requests of an app; this server is not the app's.
  server.emit = EventEmitter.prototype.emit as Server['emit']
  // Sockets as well: a scraper keeps its connection.
  server.on('connection', (socket) => socket.unref())
  server.unref()
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    // Not shared by the workers of a cluster: a scrape would count one of them, and another the next time.
    server.listen({ port, host, exclusive: true }, () => {
      server.off('error', reject)
      resolve({ server, url: toUrl(server.address() as AddressInfo) })
    })
  })
}

function toUrl({ address, port }: AddressInfo): string {
  const host = address === '::' || address === '0.0.0.0' ? 'localhost' : address
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}/metrics`
}
