/** The process of one engine: loads it, then does the tasks its parent sends, one at a time. Knows nothing of the other engine. */
import { readFile } from 'node:fs/promises'
import type { BenchEngine, Hello, Result, Task } from './engine.js'
import { createPeakMeter, type PeakMeter } from './peak.js'
import { createPixmillEngine } from './pixmill-engine.js'
import { createSharpEngine } from './sharp-engine.js'

async function start(sharpPath: string | undefined): Promise<Hello> {
  try {
    const engine = await (sharpPath === undefined ? createPixmillEngine() : createSharpEngine(sharpPath))
    const meter = createPeakMeter()
    process.on('message', async (task: Task) => reply(await perform(engine, meter, task)))
    return { versions: engine.versions, isPeakPerTask: meter.isPerTask }
  } catch (error) {
    return { error: toLine(error) }
  }
}

/** The file is read before the clock starts; both engines get its bytes. */
async function perform(engine: BenchEngine, meter: PeakMeter, { path, ...variant }: Task): Promise<Result> {
  try {
    const source = await readFile(path)
    meter.start()
    const cpu = process.cpuUsage()
    const wall = performance.now()
    const { length } = await engine.makeVariant(source, variant)
    const wallMs = performance.now() - wall
    const { user, system } = process.cpuUsage(cpu)
    return { wallMs, cpuMs: (user + system) / 1000, bytes: length, peakBytes: meter.read() }
  } catch (error) {
    return { error: toLine(error) }
  }
}

function reply(message: Hello | Result): void {
  process.send?.(message)
}

function toLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, ' ')
}

process.on('disconnect', () => process.exit(0))
reply(await start(process.argv[2]))
