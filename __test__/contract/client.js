/** One request as written, byte for byte, and what came back. Follows nothing, decodes nothing. */
import { Agent, request } from 'node:http'

/** Beyond every limit of both servers: who says nothing until then never answers. */
const PATIENCE_MS = 30_000

export function createClient(base) {
  const { hostname, port } = new URL(base)
  const agent = new Agent({ keepAlive: true, maxSockets: 32 })
  const send = ({ method = 'GET', path, headers = {} }) =>
    new Promise((resolve, reject) => {
      const sent = request(
        { hostname, port, agent, method, path, headers, signal: AbortSignal.timeout(PATIENCE_MS) },
        (response) => {
          const chunks = []
          response.on('data', (chunk) => chunks.push(chunk))
          response.on('error', reject)
          response.on('end', () => {
            resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) })
          })
        },
      )
      sent.on('error', reject)
      sent.end()
    })
  return { send, close: () => agent.destroy() }
}
