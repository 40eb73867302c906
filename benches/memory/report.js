// The result of `bench:memory` as tables or as one JSON document.
import { describeMachine } from '../../dist/cli/bench/machine.js'
import { groupBy, median } from '../figures.js'
import { LOST, printHead, printTable, toMega, toSigned } from '../table.js'
import { slopeOf } from './slope.js'

export function printReport({ scenarios, memory, settleSeconds, groupBytes }, { isJson }) {
  const versions = Object.assign({}, ...scenarios.flatMap(({ results }) => results.map((result) => result.versions)))
  if (isJson) {
    const date = new Date().toISOString()
    const machine = describeMachine()
    const compact = scenarios.map(toCompact)
    console.log(
      JSON.stringify({ date, machine, versions, memory, settleSeconds, groupBytes, scenarios: compact }, null, 2),
    )
    return
  }
  const budget = memory === null ? 'the default budget' : `a budget of ${toMega(memory)} MB`
  const group = groupBytes ? `, in a group of ${toMega(groupBytes)} MB` : ''
  printHead(`Resident memory in MB (10^6 bytes), ${budget}${group}; settled: ${settleSeconds} s after`, versions)
  for (const scenario of scenarios) printScenario(scenario)
}

/** Four hundred looks at each process say less than the line through them. */
function toCompact({ results, ...scenario }) {
  const compact = ({ course, ...result }) => ({ ...result, bytesAJob: slopeOf(course ?? []) })
  return { ...scenario, results: results.map(compact) }
}

function printScenario({ name, sourceBytes, hasSlope, results }) {
  console.log(`${name}\n`)
  const lines = groupBy(results, (result) => result.name).map(([engine, rounds]) => ({ engine, ...merge(rounds) }))
  const source = sourceBytes === null ? [] : ['less the source']
  const slope = hasSlope ? ['bytes a job'] : []
  printTable([
    ['', 'idle', 'peak', 'above idle', ...source, 'settled', 'above idle', ...slope, 'wall s', 'made', ''],
    ...lines.map((line) => toCells(line, { sourceBytes, hasSlope }, lines)),
  ])
  for (const { engine, notes } of lines) for (const note of notes) console.log(`${engine}: ${note}`)
  console.log()
}

/** Medians of the rounds, but for the peak: there the highest decides. */
function merge(rounds) {
  const whole = rounds.filter(({ end }) => end === undefined)
  const middle = (read) => (whole.length > 0 ? median(whole.map(read)) : null)
  const failed = (failures) => Object.values(failures).reduce((sum, count) => sum + count, 0)
  return {
    idle: middle(({ idle }) => idle),
    peak: whole.length > 0 ? Math.max(...whole.map(({ peak }) => peak)) : null,
    settled: middle(({ settled }) => settled),
    wallMs: middle(({ wallMs }) => wallMs),
    slope: middle(({ course }) => slopeOf(course)),
    made: middle(({ count, failures }) => count - failed(failures)),
    notes: rounds.flatMap(listNotes),
  }
}

function listNotes({ end, failures = {}, round }) {
  const failed = Object.entries(failures).map(([reason, count]) => `round ${round + 1}: ${count} failed with ${reason}`)
  return end === undefined ? failed : [`round ${round + 1}: the process ended (${end})`]
}

function toCells(line, { sourceBytes, hasSlope }, lines) {
  const { engine, idle, peak, settled, slope, wallMs, made } = line
  const show = (value) => (value === null ? '-' : toMega(value))
  const above = (value) => (value === null ? null : value - idle)
  const [other] = lines.filter((each) => each !== line)
  return [
    engine,
    show(idle),
    show(peak),
    show(above(peak)),
    ...(sourceBytes === null ? [] : [show(peak === null ? null : peak - idle - sourceBytes)]),
    show(settled),
    show(above(settled)),
    ...(hasSlope ? [slope === null ? '-' : toSigned(slope)] : []),
    wallMs === null ? '-' : (wallMs / 1000).toFixed(1),
    made === null ? '-' : `${made}`,
    engine === 'pixmill' && other !== undefined && isLost(line, other) ? LOST : '',
  ]
}

/** Whatever of the three is higher. A process that ended loses to one that did not. */
function isLost(ours, theirs) {
  if (ours.peak === null || theirs.peak === null) return ours.peak === null && theirs.peak !== null
  return ['idle', 'peak', 'settled'].some((measure) => ours[measure] > theirs[measure])
}
