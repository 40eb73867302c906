/** How the server ends: on SIGTERM or SIGINT what runs may end, and the process leaves within 4 s. A second signal does not wait. */
import type { Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../../optimizer/log.js'
import { closeServer, type Gate } from './gate.js'

/** What running jobs get. */
const PATIENCE_MS = 3_000
/** What is being stored has this long; an entry that is not whole by then is none. */
const CLOSE_MS = 300

export interface Ending {
  readonly gate: Gate
  readonly servers: readonly Server[]
  /** Resolves when everything made is stored. */
  readonly close: () => Promise<void>
  readonly log: Log
}

export function endOnSignals({ gate, servers, close, log }: Ending): void {
  let isEnding = false
  const end = () => {
    if (isEnding) process.exit(1)
    isEnding = true
    gate
      .close(PATIENCE_MS)
      .then(() => servers.forEach(closeServer))
      .then(() => Promise.race([close(), sleep(CLOSE_MS)]))
      .catch(log.fault)
      .finally(() => process.exit(0))
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, end)
}
