/** Asks a server for many pictures over few connections, and counts those. Never judges an answer. */
import { Agent, get } from 'node:http'
import { connect } from 'node:net'
import { probe } from '../../dist/native.js'

const MAX_SOCKETS = 32
/** Of the default sizes. */
const WIDTH = 32

export function createClient(t) {
  const agent = new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS })
  const client = {
    sockets: 0,
    askAll: (base, sources) => Promise.all(sources.map((source) => ask(agent, base, source))),
  }
  agent.createConnection = (options) => {
    client.sockets += 1
    return connect(options)
  }
  t.after(() => agent.destroy())
  return client
}

/** `width` is that of the picture that came, or null. */
function ask(agent, base, source) {
  const target = `${base}/_next/image?url=${encodeURIComponent(source)}&w=${WIDTH}&q=75`
  return new Promise((resolve, reject) => {
    get(target, { agent }, async (response) => {
      const body = Buffer.concat(await response.toArray())
      const width = response.statusCode === 200 ? probe(body).width : null
      resolve({ source, status: response.statusCode, width })
    }).on('error', reject)
  })
}
