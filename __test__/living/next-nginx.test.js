// `next start` with `withPixmill` behind nginx: the same rules as for `pixmill serve`.
import { before } from 'node:test'
import { buildKind, startKind } from '../http/next-start.js'
import { lacksNginx } from './nginx.js'
import { proxiedRules } from './proxied.js'

let built
before(async () => {
  if (!lacksNginx) built = await buildKind()
})

proxiedRules(async (root, images) => {
  const { origin, close } = await startKind(built, { root, images })
  return { origin, stop: close }
})
