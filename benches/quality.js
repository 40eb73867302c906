// `npm run bench:quality -- [folder] [--widths 384,640,1080,1920] [--formats webp,jpeg,avif,png] [--around 65,70,75,80,85] [--light linear|gamma] [--speed balanced] [--json]`:
// bytes of each variant at equal SSIMULACRA2: pixmill's against those of sharp as Next.js 16.4 calls it, and the scores of both at quality 75. The
// reference is the whole original made smaller by Lanczos3, in linear light or in gamma light. Prints the rows that we lose too; judges nothing.
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { groupBy } from './figures.js'
import { listJobs, parseFormats, parseNumbers, parseSpeed } from './jobs.js'
import { compareJob } from './quality/compare.js'
import { printReport } from './quality/report.js'
import { buildScorer, startScorer } from './score/scorer.js'
import { preparePictures } from './sources.js'
import { createEngine } from './speed/engine.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    widths: { type: 'string', default: '384,640,1080,1920' },
    formats: { type: 'string', default: 'webp,jpeg,avif,png' },
    around: { type: 'string', default: '65,70,75,80,85' },
    speed: { type: 'string', default: 'balanced' },
    light: { type: 'string', default: 'linear' },
    json: { type: 'boolean', default: false },
  },
})

/** One judge a processor; a picture, which is large, is sent to a judge once for all its jobs. */
async function compareAll(jobs, engines, { around, light }) {
  const program = buildScorer()
  const rest = groupBy(jobs, ({ picture }) => picture).values()
  const rows = new Map()
  const judge = async () => {
    const scorer = startScorer(program, { light })
    for (const [picture, own] of rest) {
      if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${picture.name}`)
      await scorer.setOriginal(picture.path)
      for (const job of own) rows.set(job, await compareJob(job, { scorer, engines, around }))
    }
    scorer.stop()
  }
  await Promise.all(Array.from({ length: availableParallelism() }, judge))
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
  return jobs.map((job) => rows.get(job))
}

function parseLight(light) {
  if (light === 'linear' || light === 'gamma') return light
  throw new Error(`Expected linear or gamma for --light but received ${light}`)
}

async function main() {
  const [around, light] = [parseNumbers('around', values.around), parseLight(values.light)]
  const pictures = await preparePictures(positionals[0])
  const widths = parseNumbers('widths', values.widths)
  const jobs = listJobs(pictures, { widths, formats: parseFormats(values.formats) })
  const engines = {
    ours: await createEngine('pixmill', { speed: parseSpeed(values.speed) }),
    theirs: await createEngine('sharp'),
  }
  const rows = await compareAll(jobs, engines, { around, light })
  const versions = { ...engines.ours.versions, ...engines.theirs.versions }
  printReport({ rows, around, light, versions }, { isJson: values.json })
}

await main()
