/** Metrics with a port of their own, for processes whose routes are somebody else's. Loads no engine. */
import { createMetrics, type Metrics } from './metrics.js'
import { createOperations } from './operations.js'
import { listenForOperations, type OperationsServer } from './operations-server.js'

export interface MetricsServerOptions {
  readonly port: number
  /** Absent: every address. */
  readonly host?: string | undefined
  readonly onError?: (error: unknown) => void
}

export interface MetricsServer extends OperationsServer {
  readonly metrics: Metrics
}

/** Resolves when the port is open; rejects with the error of Node when it cannot be. */
export async function startMetricsServer({ port, host, onError }: MetricsServerOptions): Promise<MetricsServer> {
  const metrics = createMetrics()
  const operations = createOperations({ metrics, ...(onError === undefined ? {} : { onError }) })
  return { metrics, ...(await listenForOperations(operations, port, host)) }
}
