/**
 * Preloaded into both servers: every name below `.test` is this machine, and none below `.invalid` exists, so that hosts can be tried without a name
 * server.
 */
import dns from 'node:dns'
import { syncBuiltinESMExports } from 'node:module'

const original = { callback: dns.lookup, promise: dns.promises.lookup }
const isOurs = (hostname) => /\.test\.?$/i.test(hostname)
const isNone = (hostname) => /\.invalid\.?$/i.test(hostname)
const toMissing = (hostname) => Object.assign(new Error(`${hostname} is not found`), { code: 'ENOTFOUND', hostname })
const ADDRESS = { address: '127.0.0.1', family: 4 }

dns.lookup = (hostname, options, callback = options) => {
  if (isNone(hostname)) return setImmediate(callback, toMissing(hostname))
  if (!isOurs(hostname)) return original.callback(hostname, options, callback)
  if (options.all) setImmediate(callback, null, [ADDRESS])
  else setImmediate(callback, null, ADDRESS.address, ADDRESS.family)
}
dns.promises.lookup = async (hostname, options) => {
  if (isNone(hostname)) throw toMissing(hostname)
  if (!isOurs(hostname)) return original.promise(hostname, options)
  return options?.all ? [ADDRESS] : ADDRESS
}
syncBuiltinESMExports()
