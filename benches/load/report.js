// The result of `bench:load` as tables or as one JSON document.
import { describeMachine } from '../../dist/cli/bench/machine.js'
import { NEXT } from '../next-app.js'
import { LOST, printHead, printTable, toMega } from '../table.js'

const MIB = 1024 ** 2
/** What may come on top of the budget: a heap that answers, the cache in memory. */
const BESIDE_BYTES = 32 * MIB
const SETTLED_BYTES = 24 * MIB

export function printReport({ results, memory, pictures, seconds, inFlight, settleSeconds }, { isJson }) {
  if (isJson) {
    const date = new Date().toISOString()
    const machine = describeMachine()
    const sources = pictures.map(({ name }) => name)
    console.log(JSON.stringify({ date, machine, memory, sources, seconds, inFlight, settleSeconds, results }, null, 2))
    return
  }
  const title = `Resident memory in MB (10^6 bytes) under ${inFlight} distinct misses at a time for ${seconds} s, a budget of ${toMega(memory)} MB; settled: ${settleSeconds} s after`
  printHead(title, { 'Next.js': NEXT })
  printTable([
    ['', 'idle', 'peak', 'above idle', 'at s', 'settled', 'above idle', 'pictures', '503', 'others', ''],
    ...results.map((result) => toCells(result, memory)),
  ])
  const [beside, settled] = [BESIDE_BYTES, SETTLED_BYTES].map(toMega)
  console.log(
    `\npromised of pixmill: at most the budget and ${beside} MB above idle, settled within ${settled} MB of it\n`,
  )
  for (const { name, asked, answers, wrong } of results) {
    console.log(`${name}: ${asked} asked; ${list(answers)}`)
    if (Object.keys(wrong).length > 0) console.log(`${name}: no honest answer: ${list(wrong)}`)
  }
}

function toCells({ name, idle, peak, settled, answers, wrong }, memory) {
  const of = (isWanted) =>
    sum(
      Object.entries(answers)
        .filter(([key]) => isWanted(key))
        .map(([, count]) => count),
    )
  const isPicture = (key) => key.startsWith('200 ')
  const isKept =
    peak.bytes - idle <= memory + BESIDE_BYTES && settled - idle <= SETTLED_BYTES && sum(Object.values(wrong)) === 0
  return [
    name,
    toMega(idle),
    toMega(peak.bytes),
    toMega(peak.bytes - idle),
    peak.second.toFixed(0),
    toMega(settled),
    toMega(settled - idle),
    `${of(isPicture)}`,
    `${of((key) => key === '503')}`,
    `${of((key) => !isPicture(key) && key !== '503')}`,
    name.includes('pixmill') && !isKept ? LOST : '',
  ]
}

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0)
const list = (counts) =>
  Object.entries(counts)
    .map(([key, count]) => `${key}: ${count}`)
    .join(', ')
