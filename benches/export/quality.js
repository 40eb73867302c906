// Bytes at equal SSIMULACRA2: for each variant of the rival, how many bytes pixmill needs for the rival's score, from the variants of neighboring
// qualities. Pure, but for the encodes.
import { stat } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { optimize } from '../../index.js'
import { buildScorer, startScorer } from '../score/scorer.js'
import { QUALITY } from './apps.js'

const STEP = 5
/** So far from the common quality and no further: a score beyond that is another picture, not another quality. */
const REACH = 4

/** `[{ photo, width, ratio, ours, theirs }]`: `ratio` below 1 is fewer bytes for us, and null where no quality gives the rival's score. */
export async function compareQuality(photographs, [ours, rival], widths) {
  const program = buildScorer()
  const rest = photographs.values()
  const rows = []
  const judge = async () => {
    const scorer = startScorer(program)
    for (const photograph of rest) {
      await scorer.setOriginal(photograph.path)
      for (const width of widths.filter((one) => one <= photograph.width)) {
        rows.push(await compareVariant(scorer, photograph, { width, ours, rival }))
      }
    }
    scorer.stop()
  }
  await Promise.all(Array.from({ length: availableParallelism() }, judge))
  return rows
}

async function compareVariant(scorer, photograph, { width, ours, rival }) {
  const [our, their] = [ours, rival].map((files) => files.get(toKey(photograph.name, width)))
  const theirs = await weigh(scorer, their)
  const first = { quality: QUALITY, ...(await weigh(scorer, our)) }
  const points = await bracket(first, theirs.score, async (quality) => {
    const { data } = await optimize(photograph.path, { width, quality, format: 'webp' })
    return { quality, bytes: data.length, score: await scorer.score(data) }
  })
  const bytes = bytesAt(points, theirs.score)
  return { photo: photograph.name, width, ratio: bytes && bytes / theirs.bytes, ours: first, theirs }
}

export const toKey = (photo, width) => `${photo} ${width}`

async function weigh(scorer, file) {
  return { bytes: (await stat(file)).size, score: await scorer.score(file) }
}

/** Points on both sides of `score` where there are some, the last two the nearest. */
async function bracket(first, score, encode) {
  const points = [first]
  const direction = first.score < score ? STEP : -STEP
  for (let turn = 1; turn <= REACH; turn++) {
    const next = await encode(first.quality + turn * direction)
    points.push(next)
    if (direction > 0 ? next.score >= score : next.score <= score) break
  }
  return points.slice(-2)
}

/** Between two points the logarithm of the bytes is nearly a straight line of the score. Null outside of them. */
export function bytesAt([a, b], score) {
  if (a.score === score) return a.bytes
  if (Math.min(a.score, b.score) > score || Math.max(a.score, b.score) < score) return null
  const share = (score - a.score) / (b.score - a.score)
  return Math.exp(Math.log(a.bytes) + share * (Math.log(b.bytes) - Math.log(a.bytes)))
}

export const geometricMean = (values) =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length)
