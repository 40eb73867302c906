// `pixmill serve` behind nginx.
import { startServe } from '../cli-process.js'
import { proxiedRules } from './proxied.js'

proxiedRules(async (root, images, t) => {
  const flags = ['--root', root, '--host', '127.0.0.1', '--memory', '128mb', '--images', JSON.stringify(images)]
  const { url, end } = await startServe(t, flags)
  return { origin: url, stop: () => end('SIGTERM') }
})
