// One variant at many qualities, ours and theirs, scored: bytes at equal score. A quality more may be a step of 3 % in the bytes, since quantization
// tables are rounded; so the ratio is a mean over several qualities of theirs. Never a verdict.
import { readFile } from 'node:fs/promises'
import { geometricMean } from '../figures.js'
import { QUALITY } from '../jobs.js'
import { bytesAt, extend, qualityAt } from './curve.js'

/** Their quality is ignored there, or ours is: bytes and scores are compared as they come. */
const FIXED = new Set(['png'])

/**
 * `{ picture, path, from, to, width, ours, theirs, ratio, quality, reached }`: `ours` and `theirs` are `{ quality, bytes, score }` at quality 75; `ratio`
 * is our bytes by theirs at equal score, `quality` is where ours scores like theirs of 75, both null where no quality of ours does.
 */
export async function compareJob({ picture, from, to, width }, { scorer, engines, around }) {
  const source = await readFile(picture.path)
  const measureWith = (engine) => async (quality) => {
    const data = await engine.makeVariant(source, { width, format: to, quality })
    return { quality, bytes: data.length, score: await scorer.score(Buffer.from(data)) }
  }
  const [measureOurs, measureTheirs] = [measureWith(engines.ours), measureWith(engines.theirs)]
  const [ours, theirs] = [await measureOurs(QUALITY), await measureTheirs(QUALITY)]
  const row = { picture: picture.name, path: picture.path, from, to, width, ours, theirs }
  if (FIXED.has(to)) return { ...row, ratio: null, quality: null, reached: 0 }
  const others = around.filter((quality) => quality !== QUALITY)
  const targets = [...(await measureEach(others, measureTheirs)), ...(around.includes(QUALITY) ? [theirs] : [])]
  const curve = [ours, ...(await measureEach(others, measureOurs))]
  await extend(curve, [theirs, ...targets], measureOurs)
  return { ...row, ...compareCurve(curve, targets), quality: qualityAt(curve, theirs.score) }
}

async function measureEach(qualities, measure) {
  const points = []
  for (const quality of qualities) points.push(await measure(quality))
  return points
}

function compareCurve(curve, targets) {
  const ratios = targets.flatMap(({ bytes, score }) => {
    const ours = bytesAt(curve, score)
    return ours === null ? [] : [ours / bytes]
  })
  return { ratio: ratios.length > 0 ? geometricMean(ratios) : null, reached: ratios.length }
}
