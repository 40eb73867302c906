// Scores of encoders on pixels that are not made smaller on the way: SSIMULACRA2 against those pixels, so that nothing but the encoder counts.
import { availableParallelism } from 'node:os'
import { basename } from 'node:path'
import { buildScorer, startScorer } from '../score/scorer.js'
import { preparePicture } from './pictures.js'
import { COMPARED, toAsked } from './tables.js'

/**
 * Rows `{ picture, width, source, encoder, quality, bytes, score }`; `encoder` is a format of Next.js, or a table of ours and a speed (`JPEG balanced`).
 * `engines` are those of the benches, ours taking a speed too.
 */
export async function measureAll({ paths, widths, tables, engines, onProgress = () => {} }) {
  const rest = paths.flatMap((path) => widths.map((width) => ({ path, width }))).values()
  const program = buildScorer()
  const rows = []
  const judge = async () => {
    const scorer = startScorer(program)
    for (const { path, width } of rest) {
      onProgress(`${basename(path)} ${width}`)
      rows.push(...(await measurePicture(path, width, { tables, engines, scorer })))
    }
    scorer.stop()
  }
  await Promise.all(Array.from({ length: availableParallelism() }, judge))
  return rows
}

async function measurePicture(path, width, { tables, engines, scorer }) {
  const prepared = await preparePicture(path, width)
  const rows = []
  for (const source of ['png', 'jpeg']) {
    const encodings = listEncodings(tables, source, engines)
    if (encodings.length > 0) await scorer.setOriginal(prepared[source])
    for (const { encoder, quality, make } of encodings) {
      const data = await make(prepared[source], { width: prepared.width, quality })
      const score = await scorer.score(Buffer.from(data))
      rows.push({ picture: basename(path), width, source, encoder, quality, bytes: data.length, score })
    }
  }
  return rows
}

/** `[{ encoder, quality, make }]`: ours, and what they are held against, each once. */
function listEncodings(tables, source, { ours, theirs }) {
  const encodings = new Map()
  const add = (encoder, quality, make) => encodings.set(`${encoder} ${quality}`, { encoder, quality, make })
  for (const table of tables) {
    const qualities = table.source === source ? table.qualities : table.other === source ? COMPARED : []
    for (const speed of Object.keys(table.speeds)) {
      const make = (bytes, options) => ours.makeVariant(bytes, { ...options, format: table.format, speed })
      const asked = table.source === source ? toAsked(table) : qualities
      for (const quality of asked)
        add(`${table.name} ${speed}`, quality, (bytes, { width }) => make(bytes, { width, quality }))
    }
    for (const format of table.aims) {
      for (const quality of qualities)
        add(format, quality, (bytes, { width }) => theirs.makeVariant(bytes, { width, quality, format }))
    }
  }
  return [...encodings.values()]
}
