// `npm run bench:export -- [folder] [--rounds 3] [--score-widths 640,1920 | all | none] [--json]`: the image step of a static export, pixmill's against
// next-image-export-optimizer's, on the same photographs in the same widths: those of the folder, or the sixty of the tests. In turns, one run, cold
// and unchanged. Prints the rows that we lose too; judges nothing.
import { readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { describePhotograph, preparePhotographs, workFolder } from '../__test__/export/photographs.js'
import { prepareContenders, QUALITY, WIDTHS } from './export/apps.js'
import { measure } from './export/measure.js'
import { compareQuality, toKey } from './export/quality.js'
import { printReport } from './export/report.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '3' },
    'score-widths': { type: 'string', default: '64,256,640,1080,1920,3840' },
    json: { type: 'boolean' },
  },
})

/** Under names that are safe in a page, and not the same without their extension: the rival would write one over the other. */
function listFolder(folder) {
  const names = readdirSync(folder).filter((name) => /\.(jpe?g|png|webp)$/i.test(name))
  const toName = (name, index) => `${index + 1}-${name.replace(/[^\w.-]+/g, '-')}`
  return Promise.all(names.sort().map((name, index) => describePhotograph(join(folder, name), toName(name, index))))
}

function parseWidths(text) {
  if (text === 'none') return []
  return text === 'all' ? WIDTHS : text.split(',').map(Number)
}

/** One cold run and an unchanged one. */
async function runTwice({ app, script, args, forget }) {
  forget()
  const cold = await measure(script, args, { cwd: app })
  const unchanged = await measure(script, args, { cwd: app })
  return { cold, unchanged }
}

const sumBytes = (files) => files.reduce((sum, { path }) => sum + statSync(path).size, 0)
const index = (files) => new Map(files.map(({ photo, width, path }) => [toKey(photo, width), path]))

async function main() {
  const [folder] = positionals
  const photographs = folder ? await listFolder(resolve(folder)) : await preparePhotographs()
  const contenders = await prepareContenders(workFolder(), photographs)
  const runs = Object.fromEntries(contenders.map(({ name }) => [name, []]))
  for (let round = 0; round < Number(values.rounds); round++) {
    // Whoever comes first finds another machine than whoever comes second.
    const order = round % 2 === 0 ? contenders : contenders.toReversed()
    for (const contender of order) runs[contender.name].push(await runTwice(contender))
  }
  const files = contenders.map((contender) => contender.list())
  const widths = parseWidths(values['score-widths'])
  const scores = widths.length > 0 ? await compareQuality(photographs, files.map(index), widths) : []
  const sizes = contenders.map(({ name }, at) => ({ name, files: files[at].length, bytes: sumBytes(files[at]) }))
  printReport({ photographs, quality: QUALITY, widths: WIDTHS, runs, sizes, scores }, { isJson: values.json ?? false })
}

await main()
