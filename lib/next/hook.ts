/**
 * Answers the endpoint before Next sees the request: a patch of `emit` on the http and https servers of this process, where tracing
 * libraries hook too. Installed once per process. Loads nothing native before the first picture is asked for, and touches no other request.
 */
import http, { type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import https from 'node:https'
import type { PixmillOptions } from '../config/index.js'
import { createHandler, type Handler, matchPath } from './handler.js'
import { isHop } from './local-fetch.js'
import { openMetricsPort } from './metrics-port.js'
import { followRevalidation } from './revalidate.js'
import { answersCheck, checkListening, checkRunning } from './self-check.js'
import { type Installation, shareInstallation } from './settings.js'

/** One app of this process; a custom server may run several. */
interface App {
  installation: Installation
  handler: Promise<Handler> | undefined
  /** The same, once it is there: a hit is then written without waiting for a turn. */
  ready: Handler | undefined
}

interface HookState {
  /** By the project's folder. */
  apps: Map<string, App>
}

const STATE = Symbol.for('pixmill.hook')

interface Shared {
  [STATE]?: HookState
}

/** Installs the hook, or gives the one that is there the newly loaded config. */
export function installHook(installation: Installation): void {
  shareInstallation(installation)
  const shared = globalThis as Shared
  if (shared[STATE]) {
    addApp(shared[STATE], installation)
    return
  }
  const state: HookState = { apps: new Map() }
  shared[STATE] = state
  addApp(state, installation)
  patch(http.Server.prototype, state)
  patch(https.Server.prototype, state)
  void openMetricsPort(() => import('../http/metrics-server.js'))
  // `next start` and `next dev` listen before they load the config.
  checkRunning(endpointOf(state))
}

function addApp({ apps }: HookState, installation: Installation): void {
  const known = apps.get(installation.root)
  // Next loads its config more than once; an optimizer with its cache lives on unless something changed.
  if (known && JSON.stringify(known.installation) === JSON.stringify(installation)) return
  if (!known) followApp(apps, installation.root)
  apps.set(installation.root, { installation, handler: undefined, ready: undefined })
  known?.handler?.then((handler) => handler.close()).catch(reportOnce)
}

/** Of an app that was not asked for a picture yet, only the tags of its options can be on any. */
function followApp(apps: HookState['apps'], root: string): void {
  followRevalidation(root, (tag, action) => {
    const app = apps.get(root)
    if (app === undefined || (app.handler === undefined && !hasTag(app.installation, tag))) return
    app.handler ??= createHandler(app.installation)
    app.handler.then((handler) => handler.expire(tag, action)).catch(reportOnce)
  })
}

function hasTag({ settings }: Installation, tag: string): boolean {
  const { tags } = settings.options as PixmillOptions
  return tags?.some((rule) => rule.tag === tag) ?? false
}

// `https.Server` does not inherit from `http.Server`: each has an `emit` of its own.
function patch(prototype: Server, state: HookState): void {
  const emit = prototype.emit
  prototype.emit = function (this: Server, event: string, ...args: unknown[]): boolean {
    const goOn = () => Reflect.apply(emit, this, [event, ...args]) as boolean
    if (event === 'listening') checkListening(this, endpointOf(state))
    if (event !== 'request') return goOn()
    const [req, res] = args as [IncomingMessage, ServerResponse]
    if (answersCheck(req, res)) return true
    const app = findApp(state, req)
    if (!app) return goOn()
    answer(app, this, req, res, goOn)
    return true
  } as Server['emit']
}

function findApp({ apps }: HookState, req: IncomingMessage): App | undefined {
  for (const app of apps.values()) {
    if (matchPath(req.url, app.installation.settings.paths) !== undefined) return isHop(req) ? undefined : app
  }
  return undefined
}

/** A hit is written before this returns, without a promise: Next's async hooks make each of them dear. */
function answer(app: App, server: Server, req: IncomingMessage, res: ServerResponse, goOn: () => void): void {
  const begun = begin(app, server, req, res)
  if (!res.writableEnded) void answerLater(app, begun, { server, req, res, goOn })
}

function begin(
  { ready }: App,
  server: Server,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<boolean> | undefined {
  try {
    return ready?.answer(req, res, server)
  } catch (error) {
    return Promise.reject(error)
  }
}

interface Exchange {
  readonly server: Server
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly goOn: () => void
}

async function answerLater(app: App, begun: Promise<boolean> | undefined, exchange: Exchange): Promise<void> {
  const { server, req, res, goOn } = exchange
  try {
    app.handler ??= createHandler(app.installation)
    app.ready ??= await app.handler
    if (!(await (begun ?? app.ready.answer(req, res, server)))) goOn()
  } catch (error) {
    reportOnce(error)
    if (!res.headersSent) res.statusCode = 500
    res.end()
  }
}

const reported = new Set<string>()

// One line per kind of failure: a missing binary would otherwise fill the log, a line a picture.
function reportOnce(error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  if (reported.has(text)) return
  reported.add(text)
  console.error(`pixmill: ${text}`)
}

function endpointOf({ apps }: HookState): string {
  const [first] = apps.values()
  return first?.installation.settings.paths[0] ?? '/_next/image'
}
