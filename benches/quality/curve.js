// Bytes and score as functions of the quality, from a few points `{ quality, bytes, score }`. Pure, but for `extend`, which asks for more points.
import { mean } from '../figures.js'

const STEP = 5
const [LEAST, MOST] = [30, 100]

/** Adds points below and above until the curve spans the scores of all `targets`, or no quality is left. */
export async function extend(curve, targets, measure) {
  const scores = targets.map(({ score }) => score)
  const lowest = Math.min(...scores)
  const highest = Math.max(...scores)
  const qualities = () => curve.map(({ quality }) => quality)
  while (Math.min(...curve.map(({ score }) => score)) > lowest && Math.min(...qualities()) > LEAST)
    curve.push(await measure(Math.max(Math.min(...qualities()) - STEP, LEAST)))
  while (Math.max(...curve.map(({ score }) => score)) < highest && Math.max(...qualities()) < MOST)
    curve.push(await measure(Math.min(Math.max(...qualities()) + STEP, MOST)))
}

/**
 * Between two points the logarithm of the bytes is nearly a straight line of the score. Where no quality scores so low, as in a lossless picture, the
 * fewest bytes that score more: the ratio is then not better than it is. Null where none scores so high.
 */
export function bytesAt(curve, score) {
  const logarithms = interpolate(curve, score, ({ bytes }) => Math.log(bytes))
  if (logarithms.length > 0) return Math.exp(mean(logarithms))
  const better = curve.filter((point) => point.score > score).map(({ bytes }) => bytes)
  return better.length > 0 ? Math.min(...better) : null
}

/** The nearest whole quality that has the score. Null outside of the curve. */
export function qualityAt(curve, score) {
  const qualities = interpolate(curve, score, ({ quality }) => quality)
  return qualities.length > 0 ? Math.round(mean(qualities)) : null
}

/** `read` at the score, once for each pair of neighbors that has it between them: a curve that goes back has it more than once. */
function interpolate(curve, score, read) {
  const points = curve.toSorted((a, b) => a.quality - b.quality)
  return points.slice(1).flatMap((b, index) => {
    const a = points[index]
    if (Math.min(a.score, b.score) > score || Math.max(a.score, b.score) < score) return []
    const share = a.score === b.score ? 0.5 : (score - a.score) / (b.score - a.score)
    return [read(a) + share * (read(b) - read(a))]
  })
}
