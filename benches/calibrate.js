// `npm run calibrate -- [folder or picture...] [--widths 640,1080] [--tables JPEG,WEBP...] [--write] [--json]`: which setting of each encoder has the
// SSIMULACRA2 that libwebp, as Next.js calls it, gives at a quality on the same pixels. Prints how far the present tables are off, in all and at the
// picture that is worst off; `--write` writes the tables, which the next build takes.
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { compareTable, compareWays } from './calibrate/compare.js'
import { measureAll } from './calibrate/measure.js'
import { listPictures } from './calibrate/pictures.js'
import { readPoints, writePoints } from './calibrate/points.js'
import { printReport } from './calibrate/report.js'
import { isAtHand, parseTables } from './calibrate/tables.js'
import { parseNumbers } from './jobs.js'
import { createEngine } from './speed/engine.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    widths: { type: 'string', default: '640,1080' },
    tables: { type: 'string' },
    write: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})

function compareAll(rows, tables, present) {
  return tables.flatMap((table) =>
    Object.keys(table.speeds).map((speed) => {
      const apart = table.other === undefined ? new Map() : compareWays(rows, table, speed)
      return { ...compareTable(rows, table, speed, present[table.name]?.speeds[speed]), apart }
    }),
  )
}

/** The present tables, and in them what was found. */
function merge(present, tables, results, note) {
  const merged = structuredClone(present)
  for (const { name, speed, points } of results) {
    const table = tables.find((table) => table.name === name)
    if (!table.isFitted) continue
    for (const same of table.speeds[speed]) merged[name].speeds[same] = points
    merged[name].note = note
  }
  return merged
}

function describe({ paths, widths, versions }) {
  const date = new Date().toISOString().slice(0, 10)
  const names = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  const pictures = paths.map((path) => `\`${basename(path)}\``)
  return `${date}, by ${names.join(', ')}, at ${widths.join(' and ')} pixels: ${pictures.join(', ')}.`
}

async function main() {
  const engines = { ours: await createEngine('pixmill'), theirs: await createEngine('sharp') }
  const tables = parseTables(values.tables).filter((table) => isAtHand(table, engines.ours))
  const [widths, paths] = [parseNumbers('widths', values.widths), await listPictures(positionals)]
  const onProgress = (text) => process.stderr.isTTY && process.stderr.write(`\r\x1b[K${text}`)
  const rows = await measureAll({ paths, widths, tables, engines, onProgress })
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
  const present = readPoints()
  const results = compareAll(rows, tables, present)
  const versions = { ...engines.ours.versions, ...engines.theirs.versions }
  printReport({ results, versions, paths, widths }, { isJson: values.json })
  if (values.write) writePoints(merge(present, tables, results, describe({ paths, widths, versions })))
}

await main()
