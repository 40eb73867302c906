// The result of `bench:quality` as tables or as one JSON document.
import { describeMachine } from '../../dist/cli/bench/machine.js'
import { geometricMean, groupBy, mean } from '../figures.js'
import { QUALITY } from '../jobs.js'
import { LOST, printHead, printTable, toSigned } from '../table.js'

export function printReport({ rows, around, light, versions }, { isJson }) {
  const groups = groupBy(rows, toGroupName).map(summarize)
  if (isJson) {
    const date = new Date().toISOString()
    console.log(JSON.stringify({ date, machine: describeMachine(), versions, around, light, groups, rows }, null, 2))
    return
  }
  printHead(
    `${rows.length} variants; bytes at equal SSIMULACRA2, the mean over sharp's qualities ${around.join(', ')}; ${light}-light reference`,
    versions,
  )
  printGroups(groups)
  printPictures(rows)
}

const toGroupName = ({ from, to, width }) => `${from} -> ${to} ${width}`

/** Pixmill's bytes by sharp's: as shipped where there is no equal score to be had. */
const toRatio = (row) => row.ratio ?? row.ours.bytes / row.theirs.bytes

const isLost = (row) => (row.ratio === null ? row.ours.score < row.theirs.score : false) || toRatio(row) > 1

function summarize([name, rows]) {
  const equal = rows.map(({ ratio }) => ratio).filter((ratio) => ratio !== null)
  return {
    name,
    count: rows.length,
    equal: equal.length > 0 ? geometricMean(equal) : null,
    shipped: geometricMean(rows.map(({ ours, theirs }) => ours.bytes / theirs.bytes)),
    score: mean(rows.map(({ ours }) => ours.score)),
    theirScore: mean(rows.map(({ theirs }) => theirs.score)),
    lowest: Math.min(...rows.map(({ ours, theirs }) => ours.score - theirs.score)),
    lost: rows.filter(isLost).length,
  }
}

function printGroups(groups) {
  console.log(`Bytes: pixmill by sharp, geometric means; scores: means, at quality ${QUALITY}\n`)
  printTable([
    ['', 'pictures', 'bytes at equal score', 'as shipped', 'score', 'sharp', 'furthest behind', LOST],
    ...groups.map((group) => [
      group.name,
      `${group.count}`,
      group.equal?.toFixed(3) ?? '-',
      group.shipped.toFixed(3),
      group.score.toFixed(1),
      group.theirScore.toFixed(1),
      toSigned(group.lowest),
      group.lost > 0 ? `${group.lost}` : '',
    ]),
  ])
}

function printPictures(rows) {
  console.log('\nThe same, picture by picture, worst first; quality: where pixmill scores like sharp\n')
  printTable([
    ['', 'bytes at equal score', 'as shipped', 'quality', 'KB', 'sharp', 'score', 'sharp', 'ahead', ''],
    ...rows.toSorted((a, b) => toRatio(b) - toRatio(a)).map(toCells),
  ])
}

function toCells(row) {
  const { picture, ours, theirs, ratio, quality } = row
  return [
    `${toGroupName(row)}  ${picture}`,
    ratio?.toFixed(3) ?? '-',
    (ours.bytes / theirs.bytes).toFixed(3),
    quality === null ? '-' : `${quality}`,
    ...[ours, theirs].map(({ bytes }) => (bytes / 1000).toFixed(1)),
    ...[ours, theirs].map(({ score }) => score.toFixed(1)),
    toSigned(ours.score - theirs.score),
    isLost(row) ? LOST : '',
  ]
}
