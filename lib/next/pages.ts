/** The entry `pixmill/pages`, for `pages/api/pixmill.js`: the endpoint as an API route, for apps that do without the hook. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createHandler, type Handler } from './handler.js'
import { isHop } from './local-fetch.js'
import { followRevalidation } from './revalidate.js'
import { findInstallation, type Installation } from './settings.js'

interface ApiRequest extends IncomingMessage {
  query?: Record<string, string | string[] | undefined>
}

let handler: Promise<Handler> | undefined

/** `export { default } from 'pixmill/pages'` */
export default async function pixmillApi(req: ApiRequest, res: ServerResponse): Promise<void> {
  const installation = findInstallation()
  handler ??= startHandler(installation)
  const { answer } = await handler
  // After the rewrite the URL may be the route's or the one that was asked for; only its query counts.
  req.url = `${installation.settings.paths[0]}?${queryOf(req)}`
  if (!isHop(req) && (await answer(req, res, serverOf(req)))) return
  res.statusCode = 404
  res.end()
}

async function startHandler(installation: Installation): Promise<Handler> {
  const started = await createHandler(installation)
  followRevalidation(installation.root, (tag, action) => {
    started.expire(tag, action).catch((error) => console.error(`pixmill: ${error}`))
  })
  return started
}

function queryOf(req: ApiRequest): string {
  const { url = '' } = req
  const written = url.includes('?') ? url.slice(url.indexOf('?') + 1) : ''
  if (written.includes('url=')) return written
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(req.query ?? {})) {
    for (const each of [value].flat()) if (each !== undefined) query.append(name, each)
  }
  return query.toString()
}

// Node sets the server on each socket that it accepts.
function serverOf(req: IncomingMessage): Server | undefined {
  return (req.socket as { server?: Server } | undefined)?.server
}
