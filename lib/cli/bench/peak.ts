/** The highest resident memory of this process, per task where the system can forget the last one. */
import { readFileSync, writeFileSync } from 'node:fs'

export interface PeakMeter {
  /** Whether `read` is about the time since `start`, or since the process began. */
  readonly isPerTask: boolean
  start(): void
  /** Bytes above the level at which the meter was made. */
  read(): number
}

const STATUS = '/proc/self/status'
const CLEAR_REFS = '/proc/self/clear_refs'

/** To be made when the engine is loaded and idle: what Node and the libraries weigh by themselves is no one's job. */
export function createPeakMeter(): PeakMeter {
  collectGarbage()
  return canForget() ? createLinuxMeter() : createLifetimeMeter()
}

function createLinuxMeter(): PeakMeter {
  const idle = readStatus('VmRSS')
  return {
    isPerTask: true,
    start() {
      collectGarbage()
      forget()
    },
    read: () => Math.max(readStatus('VmHWM') - idle, 0),
  }
}

function createLifetimeMeter(): PeakMeter {
  const idle = process.memoryUsage.rss()
  return {
    isPerTask: false,
    start: collectGarbage,
    read: () => Math.max(process.resourceUsage().maxRSS * 1024 - idle, 0),
  }
}

/** Linux sets the high-water mark back to the current level (proc(5)). Some containers forbid it. */
function forget(): void {
  writeFileSync(CLEAR_REFS, '5')
}

function canForget(): boolean {
  try {
    forget()
    return readStatus('VmHWM') > 0
  } catch {
    return false
  }
}

function readStatus(name: string): number {
  const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(STATUS, 'utf8'))?.[1]
  return Number(kilobytes ?? 0) * 1024
}

/** There with `--expose-gc`: leftovers of the last task are not the next one's. */
function collectGarbage(): void {
  globalThis.gc?.()
}
