// What the rows of a measurement say of one table at one speed: the scores aimed at, those that were had, and the setting that would have had them. Pure.
import { geometricMean, mean } from '../figures.js'
import { fit, toCurve } from './fit.js'
import { COMPARED } from './tables.js'

/**
 * `{ name, speed, lines, points }`, a line for each quality of the table: `{ quality, aim, target, ahead, worst, bytes, setting, fitted }`. `aim` names the
 * encoder of Next.js held against, `target` is the score to have, `ahead` what we have more than the aim on the mean, `worst` the picture furthest behind,
 * `bytes` ours by theirs. `points` is the present table and its successor; where there is none, there is no setting.
 */
export function compareTable(rows, table, speed, points) {
  const own = rows.filter((row) => row.encoder === `${table.name} ${speed}` && row.source === table.source)
  const at = (quality) => own.filter((row) => row.quality === quality)
  const aims = table.qualities.map((quality) => toTarget(rows, table, at(quality), quality))
  const fitted = points === undefined ? undefined : fit({ ...table, aims, curve: toCurve(own), points })
  const lines = aims.map((aim, index) => {
    const pairs = toPairs(at(aim.quality), aim.rows)
    return {
      quality: aim.quality,
      aim: aim.format,
      target: aim.score,
      ahead: mean(pairs.map(({ ahead }) => ahead)),
      worst: worstOf(pairs),
      bytes: geometricMean(pairs.map(({ bytes }) => bytes)),
      setting: points?.find(([quality]) => quality === aim.quality)?.[1],
      fitted: fitted?.[index][1],
    }
  })
  return { name: table.name, speed, lines, points: fitted }
}

/** The aim, raised where some picture would be more than `slack` behind what Next.js answers in that format. */
function toTarget(rows, table, own, quality) {
  const aim = toAim(rows, table, quality)
  if (table.slack === undefined) return aim
  const behind = -worstOf(toPairs(own, toAim(rows, { ...table, aims: [table.format] }, quality).rows)).ahead
  const rise = aim.score - mean(own.map(({ score }) => score))
  return { ...aim, score: aim.score + Math.max(behind - rise - table.slack, 0) }
}

/** The encoder of Next.js with the highest mean. */
function toAim(rows, { source, aims }, quality) {
  const candidates = aims.map((format) => {
    const own = rows.filter((row) => row.encoder === format && row.quality === quality && row.source === source)
    return { quality, format, rows: own, score: mean(own.map(({ score }) => score)) }
  })
  return candidates.reduce((best, candidate) => (candidate.score > best.score ? candidate : best))
}

const worstOf = (pairs) => pairs.reduce((least, pair) => (pair.ahead < least.ahead ? pair : least))

const toPlace = ({ picture, width }) => `${picture} ${width}`

function toPairs(ours, theirs) {
  const byPlace = new Map(theirs.map((row) => [toPlace(row), row]))
  return ours.map((row) => {
    const other = byPlace.get(toPlace(row))
    return { place: toPlace(row), ahead: row.score - other.score, bytes: row.bytes / other.bytes }
  })
}

/** What the other way to the encoder scores more than the calibrated one, on the mean and by quality: each against the same aim. */
export function compareWays(rows, table, speed) {
  const toAhead = (source, quality) => {
    const own = rows.filter(
      (row) => row.encoder === `${table.name} ${speed}` && row.quality === quality && row.source === source,
    )
    return mean(toPairs(own, toAim(rows, { ...table, source }, quality).rows).map(({ ahead }) => ahead))
  }
  return new Map(COMPARED.map((quality) => [quality, toAhead(table.other, quality) - toAhead(table.source, quality)]))
}
