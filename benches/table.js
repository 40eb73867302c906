// How the benches print: a head that says where and with what, and tables. A row that pixmill loses looks like one that it wins, but for its mark.
import { describeMachine } from '../dist/cli/bench/machine.js'

/** The first column to the left, as words; the others to the right, as numbers. */
export function printTable(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  const pad = (cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))
  for (const row of rows) console.log(row.map(pad).join('   ').trimEnd())
}

export function printHead(title, versions) {
  const { processor, threads, platform, node } = describeMachine()
  const names = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  console.log(title)
  console.log(
    `${processor}, ${threads} threads, ${platform}, Node.js ${node}, ${new Date().toISOString().slice(0, 10)}`,
  )
  console.log(`${names.join(', ')}\n`)
}

export const LOST = 'lost'
export const toTimes = (value) => `${value.toFixed(2)}x`
export const toMega = (bytes) => (bytes / 1e6).toFixed(1)
export const toSigned = (value) => `${value < 0 ? '' : '+'}${value.toFixed(1)}`
