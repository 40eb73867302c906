// The application behind the handlers of this process: its routes are answered at another address, as a Next app answers its own.
import { once } from 'node:events'
import { request } from 'node:http'

/** What a handler asks for local URLs that are no files. */
export function createLocal(origin) {
  return async (path, { headers, signal }) => {
    const sent = request(origin + path, { headers, signal, agent: false }).end()
    const [response] = await once(sent, 'response')
    return { status: response.statusCode, headers: response.headers, body: response }
  }
}
