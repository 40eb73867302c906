/** Families as the text of a scrape, with the metrics of the Node process behind them. Decides no name of ours and counts nothing. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Metric, Registry } from 'prom-client'
import type { Family } from './metrics-family.js'

export interface MetricsText {
  readonly contentType: string
  readonly body: string
}

export interface TextWriter {
  /** `accept`: of the scraper. */
  write(families: readonly Family[], accept?: string): Promise<MetricsText>
}

/** The monitor of the event loop looks every 10 ms; before its second look it has nothing to say. */
const FIRST_LOOKS_MS = 30

/**
 * On prom-client (Apache-2.0): the two text formats with their escaping, and the usual metrics of a Node process under the names that
 * dashboards know (CPU, memory, heap, garbage collection, event loop, files), a dozen files of platform knowledge. It takes 30 ms to load,
 * so the first scrape does that. Nothing goes through its global registry.
 */
export async function createTextWriter(): Promise<TextWriter> {
  const { Registry, collectDefaultMetrics } = (await import('prom-client')).default
  const ofProcess = new Registry()
  collectDefaultMetrics({ register: ofProcess })
  await sleep(FIRST_LOOKS_MS)

  return {
    async write(families, accept = '') {
      const isOpen = accept.includes('application/openmetrics-text')
      const contentType = isOpen ? Registry.OPENMETRICS_CONTENT_TYPE : Registry.PROMETHEUS_CONTENT_TYPE
      const register = new Registry<typeof contentType>()
      register.setContentType(contentType)
      for (const family of [...families, ...(await readProcess(ofProcess))]) add(register, family, isOpen)
      return { contentType, body: await register.metrics() }
    },
  }
}

async function readProcess(register: Registry): Promise<Family[]> {
  const metrics = await register.getMetricsAsJSON()
  return metrics.map(({ values, ...metric }) => ({ ...metric, samples: values }) as unknown as Family)
}

/** In OpenMetrics a counter's family has its name without `_total`; the registry adds it to each sample. */
function add(register: Pick<Registry, 'registerMetric'>, { samples, ...family }: Family, isOpen: boolean): void {
  const name = isOpen && family.type === 'counter' ? family.name.replace(/_total$/, '') : family.name
  const metric = { ...family, name, get: async () => ({ ...family, name, values: samples }) }
  // What a registry asks of a metric is this one method. The classes would count a second time.
  register.registerMetric(metric as unknown as Metric)
}
