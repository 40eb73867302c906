// What `npm run calibrate` found, as tables or as one JSON document.
import { describeMachine } from '../../dist/cli/bench/machine.js'
import { printHead, printTable, toSigned } from '../table.js'

export function printReport({ results, versions, paths, widths }, { isJson }) {
  if (isJson) {
    const date = new Date().toISOString()
    console.log(JSON.stringify({ date, machine: describeMachine(), versions, paths, widths, results }, null, 2))
    return
  }
  const sizes = widths.join(', ')
  printHead(
    `SSIMULACRA2 of encoders alone: ${paths.length} pictures at ${sizes} pixels, against what Next.js gives`,
    versions,
  )
  for (const result of results) printResult(result)
  console.log('GIF has no quality.')
}

function printResult({ name, speed, lines, apart }) {
  console.log(`${name}, ${speed}`)
  printTable([
    [
      'quality',
      'aim',
      'score aimed at',
      'ahead',
      'furthest behind',
      '',
      'bytes by theirs',
      'other way',
      'setting',
      'fitted',
    ],
    ...lines.map((line) => [
      `${line.quality}`,
      line.aim,
      line.target.toFixed(1),
      toSigned(line.ahead),
      toSigned(line.worst.ahead),
      line.worst.place,
      line.bytes.toFixed(3),
      apart.has(line.quality) ? toSigned(apart.get(line.quality)) : '-',
      line.setting?.toFixed(3) ?? '-',
      line.fitted?.toFixed(3) ?? '-',
    ]),
  ])
  console.log()
}
