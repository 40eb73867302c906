// The result of `bench:speed` as tables or as one JSON document.
import { describeMachine } from '../../dist/cli/bench/machine.js'
import { geometricMean, groupBy, median } from '../figures.js'
import { QUALITY } from '../jobs.js'
import { LOST, printHead, printTable, toSigned, toTimes } from '../table.js'

const OURS = 'pixmill'
const MEASURES = ['cpuMs', 'userMs', 'wallMs', 'bytes']

export function printReport({ results, runs, versions, isEqual }, { isJson }) {
  const rows = results.map(toRow)
  const names = Object.keys(results[0].samples).filter((name) => name !== OURS)
  const duels = names.map((name) => ({ name, pairs: rows.flatMap((row) => toPair(row, name)) }))
  const groups = duels.flatMap(({ name, pairs }) => summarize(pairs).map((group) => ({ against: name, ...group })))
  if (isJson) {
    const date = new Date().toISOString()
    console.log(JSON.stringify({ date, machine: describeMachine(), versions, runs, isEqual, groups, rows }, null, 2))
    return
  }
  const quality = isEqual ? `quality ${QUALITY} and, for pixmill, what scores like it` : `quality ${QUALITY}`
  printHead(`${rows.length} variants, ${quality}, median of ${runs} runs, one thread each`, versions)
  for (const { name, pairs } of duels) printDuel(name, pairs, isEqual)
  printFailures(rows)
}

function toRow({ samples, ...job }) {
  const medians = Object.entries(samples)
    .filter(([, runs]) => runs.length > 0)
    .map(([name, runs]) => [name, toMedians(runs)])
  return { ...job, engines: Object.fromEntries(medians) }
}

const toMedians = (runs) =>
  Object.fromEntries(
    MEASURES.map((measure) => [measure, runs[0][measure] === null ? null : median(runs.map((run) => run[measure]))]),
  )

/** How many times less pixmill takes, above 1 where it wins; `bytes` is pixmill's by the other's, below 1 where it wins. */
function toPair(row, name) {
  const [ours, theirs] = [row.engines[OURS], row.engines[name]]
  if (ours === undefined || theirs === undefined) return []
  return [
    {
      ...row,
      ours,
      theirs,
      cpu: theirs.cpuMs / ours.cpuMs,
      // Told in ticks: a short job may have none.
      user: theirs.userMs > 0 && ours.userMs > 0 ? theirs.userMs / ours.userMs : null,
      wall: theirs.wallMs / ours.wallMs,
      bytes: ours.bytes / theirs.bytes,
    },
  ]
}

const toGroupName = ({ from, to, width }) => `${from} -> ${to} ${width}`

function summarize(pairs) {
  return groupBy(pairs, toGroupName).map(([name, members]) => {
    const of = (measure) => geometricMean(members.map((member) => member[measure]))
    const hasUser = members.every(({ user }) => user !== null)
    return {
      name,
      count: members.length,
      cpu: of('cpu'),
      user: hasUser ? of('user') : null,
      wall: of('wall'),
      bytes: of('bytes'),
      lost: members.filter(({ cpu }) => cpu < 1).length,
      worst: Math.min(...members.map(({ cpu }) => cpu)),
    }
  })
}

const HEAD = ['less CPU', 'less user', 'less wall', 'bytes']
const toCells = ({ cpu, user, wall, bytes }) => [
  toTimes(cpu),
  user === null ? '-' : toTimes(user),
  toTimes(wall),
  toTimes(bytes),
]

function printDuel(name, pairs, isEqual) {
  console.log(`pixmill against ${name}, geometric means; less: ${name} by pixmill; bytes: pixmill by ${name}\n`)
  const groups = summarize(pairs)
  printTable([
    ['', 'pictures', ...HEAD, 'worst CPU', LOST],
    ...groups.map((group) => [
      group.name,
      `${group.count}`,
      ...toCells(group),
      toTimes(group.worst),
      group.lost > 0 ? `${group.lost}` : '',
    ]),
  ])
  console.log(`\nThe same, picture by picture, worst first\n`)
  printTable([
    ['', ...HEAD, 'CPU ms', name, 'KB', name, ...(isEqual ? ['quality', `score at ${QUALITY}`] : []), ''],
    ...pairs.toSorted((a, b) => a.cpu - b.cpu).map((pair) => toPictureCells(pair, isEqual)),
  ])
  console.log()
}

function toPictureCells(pair, isEqual) {
  const { picture, ours, theirs, cpu, quality, scoreAhead } = pair
  return [
    `${toGroupName(pair)}  ${picture}`,
    ...toCells(pair),
    ...[ours, theirs].map(({ cpuMs }) => cpuMs.toFixed(1)),
    ...[ours, theirs].map(({ bytes }) => (bytes / 1000).toFixed(1)),
    ...(isEqual ? [`${quality}`, scoreAhead === null ? '-' : toSigned(scoreAhead)] : []),
    cpu < 1 ? LOST : '',
  ]
}

function printFailures(rows) {
  for (const row of rows)
    for (const [name, error] of Object.entries(row.failures))
      console.log(`failed in ${name}: ${toGroupName(row)}  ${row.picture}: ${error}`)
}
