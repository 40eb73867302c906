// `npm run bench:hits`: requests a second for a picture that is in the cache, and their 99th percentile while misses keep the workers busy.
// Server on the first core, load on the second, in turns, one run. Prints the rows that we lose too.
import { availableParallelism } from 'node:os'
import { flood, pace, startMisses } from './hits/load.js'
import { contenders, createApp, startContender } from './hits/servers.js'
import { NEXT } from './next-app.js'

const ROUNDS = 3
const SECONDS = 4
/** Before that, code is not compiled yet. */
const WARM_SECONDS = 8
const CONNECTIONS = 10
/** Well below what the slowest can do, so that the time is not spent in a queue of its own making. */
const PACE = 1_000
const MISSES_UNDER_WAY = 16

if (availableParallelism() < 2)
  throw new Error('Expected two cores for bench:hits but received one: server and load would share it')

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
const table = (rows) => {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  for (const row of rows)
    console.log(
      row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('   '),
    )
}

const names = Object.keys(contenders)
const { app, remove } = await createApp()
const servers = {}
try {
  for (const name of names) servers[name] = await startContender(name, app)

  for (const name of names) await flood(servers[name], { seconds: WARM_SECONDS, connections: CONNECTIONS })
  const hits = Object.fromEntries(names.map((name) => [name, []]))
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of names)
      hits[name].push(await flood(servers[name], { seconds: SECONDS, connections: CONNECTIONS }))
  }
  const of = (name, field) => median(hits[name].map((each) => each[field]))
  const next = of('next start', 'rate')
  console.log(
    `\nThe same picture from the cache, ${CONNECTIONS} connections; medians of ${ROUNDS} rounds of ${SECONDS} s. Next.js ${NEXT}, Node.js ${process.version}.\n`,
  )
  table([
    ['', 'requests/s', 'x next start', 'CPU us/request'],
    ...names.map((name) => [
      name,
      of(name, 'rate').toFixed(0),
      (of(name, 'rate') / next).toFixed(1),
      of(name, 'microseconds').toFixed(0),
    ]),
  ])

  const busy = {}
  for (const name of names) {
    const rounds = []
    for (let round = 0; round < ROUNDS; round++) {
      const misses = startMisses(servers[name].origin, MISSES_UNDER_WAY)
      const { p50, p99 } = await pace(servers[name], { seconds: SECONDS, connections: CONNECTIONS, rate: PACE })
      rounds.push({ p50, p99, misses: await misses.stop() })
    }
    busy[name] = {
      p50: median(rounds.map((each) => each.p50)),
      p99: median(rounds.map((each) => each.p99)),
      misses: median(rounds.map((each) => each.misses)),
    }
  }
  const bare = Math.max(busy['bare Node server'].p99, 1)
  console.log(
    `\nHits at ${PACE} a second while ${MISSES_UNDER_WAY} misses are always under way (the bare server answers those from memory).\n`,
  )
  table([
    ['', 'p50 ms', 'p99 ms', 'x bare', 'misses answered'],
    ...names.map((name) => [
      name,
      String(busy[name].p50),
      String(busy[name].p99),
      (busy[name].p99 / bare).toFixed(1),
      String(busy[name].misses),
    ]),
  ])
} finally {
  for (const server of Object.values(servers)) await server.stop()
  remove()
}
