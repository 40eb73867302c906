// From scores at whole qualities to the setting of an encoder that has the score aimed at. Pure.
import { groupBy, mean } from '../figures.js'

/** How far apart qualities are that are averaged over. */
const REACH = 5

/** The means of `rows` over pictures, by quality: `[{ quality, score }]`, ascending. */
export function toCurve(rows) {
  return groupBy(rows, ({ quality }) => quality)
    .map(([quality, own]) => ({ quality, score: mean(own.map(({ score }) => score)) }))
    .sort((a, b) => a.quality - b.quality)
}

/** On a straight line through the near ones, nearer ones weighing more; then never falling. Without near ones a point stays. */
export function smooth(curve) {
  return raise(curve.map(({ quality }) => ({ quality, score: lineAt(curve, quality) })))
}

function lineAt(curve, quality) {
  const near = curve
    .map((point) => ({
      at: point.quality - quality,
      score: point.score,
      weight: 1 - Math.abs(point.quality - quality) / REACH,
    }))
    .filter(({ weight }) => weight > 0)
  const weighted = (read) => near.reduce((sum, point) => sum + point.weight * read(point), 0)
  const total = weighted(() => 1)
  const [at, score] = [weighted((point) => point.at) / total, weighted((point) => point.score) / total]
  const spread = weighted((point) => (point.at - at) ** 2)
  if (spread === 0) return score
  return score - (at * weighted((point) => (point.at - at) * (point.score - score))) / spread
}

/** The nearest curve that never falls: neighbors that do are replaced by their mean (pool adjacent violators). */
function raise(curve) {
  const pools = []
  for (const { score } of curve) {
    pools.push({ sum: score, count: 1 })
    while (pools.length > 1 && toMean(pools.at(-2)) > toMean(pools.at(-1))) {
      const { sum, count } = pools.pop()
      pools.at(-1).sum += sum
      pools.at(-1).count += count
    }
  }
  const scores = pools.flatMap((pool) => new Array(pool.count).fill(toMean(pool)))
  return curve.map(({ quality }, index) => ({ quality, score: scores[index] }))
}

const toMean = ({ sum, count }) => sum / count

/** The quality, no whole number, at which a curve that never falls has the score; beyond its ends as its outermost lines go on. */
export function qualityFor(curve, score) {
  return lineThrough(
    curve.map((point) => [point.score, point.quality]),
    score,
  )
}

/** The setting that a quality stands for by a table's points `[[quality, setting]]`, its ends going on likewise. */
export const settingFor = (points, quality) => lineThrough(points, quality)

function lineThrough(points, x) {
  const rising = points.filter(([at], index) => index === 0 || at > points[index - 1][0])
  if (rising.length < 2) return rising[0][1]
  const above = rising.findIndex(([at]) => at >= x)
  const end = above < 0 ? rising.length - 1 : Math.max(above, 1)
  const [[x0, y0], [x1, y1]] = [rising[end - 1], rising[end]]
  return y0 + ((x - x0) / (x1 - x0)) * (y1 - y0)
}

/**
 * `[[quality, setting]]`: at each quality of `aims` (`[{ quality, score }]`) the setting that has its score, by `curve`, the scores of what was asked for, and
 * `points`, what the encoder was told then. Settings keep to the side of their neighbors, within `limits`.
 */
export function fit({ aims, curve, points, parts, limits, best }) {
  const isIn = ([from, to], quality) => quality >= from && quality <= to
  const found = aims.map(({ quality, score }) => {
    if (best !== undefined && quality === 100) return [quality, best]
    const part = parts.find((range) => isIn(range, quality))
    const own = smooth(curve.filter((point) => isIn(part, point.quality)))
    return [
      quality,
      settingFor(
        points.filter(([at]) => isIn(part, at)),
        qualityFor(own, score),
      ),
    ]
  })
  return inOrder(found, Math.sign(points.at(-1)[1] - points[0][1]), limits)
}

/** The middle and what is near it decide: from there outward no setting turns back. */
function inOrder(points, direction, [least, most]) {
  const settings = points.map(([, setting]) => Math.min(Math.max(setting, least), most))
  const middle = points.findIndex(([quality]) => quality >= 75)
  for (let at = middle + 1; at < settings.length; at++) {
    if ((settings[at] - settings[at - 1]) * direction < 0) settings[at] = settings[at - 1]
  }
  for (let at = middle - 1; at >= 0; at--) {
    if ((settings[at + 1] - settings[at]) * direction < 0) settings[at] = settings[at + 1]
  }
  return points.map(([quality], index) => [quality, settings[index]])
}
