/**
 * `/health` and `/metrics` of a process of Next.js, where `PIXMILL_METRICS_PORT` asks for them: on a port of their own, never on the app's.
 * Loads nothing native, keeps no process alive, and a port that cannot be had is one line in the log.
 */
import type { Metrics } from '../http/metrics.js'
import type { startMetricsServer } from '../http/metrics-server.js'

export interface MetricsModule {
  readonly startMetricsServer: typeof startMetricsServer
}

type Environment = Readonly<Record<string, string | undefined>>
type Load = () => Promise<MetricsModule>

const STATE = Symbol.for('pixmill.metricsPort')

interface Shared {
  [STATE]?: Promise<Metrics | undefined>
}

/** Opens the port once per process, whichever copy of the package asks first. Resolves to what counts, if there is a port. Never rejects. */
export function openMetricsPort(load: Load, env: Environment = process.env): Promise<Metrics | undefined> {
  const shared = globalThis as Shared
  shared[STATE] ??= open(load, env)
  return shared[STATE]
}

async function open(load: Load, env: Environment): Promise<Metrics | undefined> {
  const { PIXMILL_METRICS_PORT: text = '', PIXMILL_METRICS_HOST: host = '' } = env
  if (text === '') return undefined
  const port = toPort(text)
  if (port === undefined) return complain(`an integer from 0 to 65535`, JSON.stringify(text))
  try {
    const { startMetricsServer } = await load()
    const { metrics, url } = await startMetricsServer({ port, host: host === '' ? undefined : host, onError: report })
    console.log(`pixmill shows metrics on ${url}`)
    return metrics
  } catch (error) {
    return complain('a port that can be opened', `${port} (${toReason(error)}); this process shows no metrics`)
  }
}

function toPort(text: string): number | undefined {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined
}

/** With several workers it is usual that one of them has the port. */
function toReason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return code === 'EADDRINUSE' ? 'another process listens there' : message
}

function complain(expected: string, received: string): undefined {
  console.error(`pixmill: Expected ${expected} for PIXMILL_METRICS_PORT but received ${received}`)
}

function report(error: unknown): void {
  console.error(`pixmill: ${error instanceof Error ? error.message : String(error)}`)
}
