// `src/codec/calibration/points.rs` as values and back. Nobody writes it by hand.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../scripts/command.js'

const FILE = join(root, 'src', 'codec', 'calibration', 'points.rs')
const SPEEDS = ['fast', 'balanced', 'small']
const LINE = 116
const HEAD = `//! The points of each encoder, as \`npm run calibrate -- --write\` found them. Figures only.

use super::Curves;
`

export const readFile = () => readFileSync(FILE, 'utf8')

export const writePoints = (tables) => writeFileSync(FILE, toText(tables))

/** `{ [table]: { note, speeds: { [speed]: [[quality, setting]] } } }`; the note says when and of what. */
export function readPoints(text = readFile()) {
  const tables = text.matchAll(/((?:\/\/\/.*\n)*)pub\(in crate::codec\) const (\w+): Curves = Curves \{([^}]*)\}/g)
  return Object.fromEntries(
    [...tables].map(([, note, name, speeds]) => [name, { note: readNote(note), speeds: readSpeeds(speeds) }]),
  )
}

const readNote = (text) =>
  text
    .replaceAll(/^\/\/\/ */gm, '')
    .trim()
    .replaceAll('\n', ' ')

function readSpeeds(text) {
  const speeds = text.matchAll(/(\w+): &\[([^\]]*)\]/g)
  const readPairs = (pairs) => [...pairs.matchAll(/\((\d+), ([\d.]+)\)/g)].map(([, ...pair]) => pair.map(Number))
  return Object.fromEntries([...speeds].map(([, speed, pairs]) => [speed, readPairs(pairs)]))
}

export const toText = (tables) => HEAD + Object.entries(tables).map(toConstant).join('')

function toConstant([name, { note, speeds }]) {
  const toPair = ([quality, setting]) => `        (${quality}, ${toFloat(setting)}),\n`
  const lists = SPEEDS.map((speed) => `    ${speed}: &[\n${speeds[speed].map(toPair).join('')}    ],\n`)
  return `\n${toComment(note)}pub(in crate::codec) const ${name}: Curves = Curves {\n${lists.join('')}};\n`
}

function toComment(note) {
  const lines = ['']
  for (const word of note.split(' ')) {
    if (lines.at(-1).length + word.length > LINE) lines.push('')
    lines.push(`${lines.pop()} ${word}`)
  }
  return lines.map((line) => `///${line}\n`).join('')
}

/** Three digits behind the point are finer than any encoder is; Rust wants one at least. */
const toFloat = (setting) => setting.toFixed(3).replace(/0{1,2}$/, '')
