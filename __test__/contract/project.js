/** The project that both servers answer for: pictures of every kind under names of every kind. Draws nothing itself. */
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makePng } from '../pictures.js'
import { makeBoxes, makeBroken, makeTexts } from './oddities.js'

const FIXTURES = fileURLToPath(new URL('../fixtures', import.meta.url))

/** Names that make trouble in URLs, headers and file systems; all of them are rgb.png. */
export const ODD_NAMES = [
  'with space.png',
  'plus+sign.png',
  'amp&ersand.png',
  'semi;colon.png',
  'quo"te.png',
  "apos'trophe.png",
  '100%.png',
  'per%20cent.png',
  'hash#tag.png',
  'que?ry.png',
  '猫.png',
  'é.png',
  'e\u0301.png',
  '🐈.png',
  'comma,.png',
  'equals=.png',
  '(brackets)[x]{y}.png',
  'back`tick.png',
  'two.dots.large.png',
  'noextension',
  'UPPER.PNG',
  'trailing.dot..png',
  'tilde~.png',
  'under_score-dash.png',
  'at@colon:.png',
  'star*.png',
  'dollar$.png',
]

/** Files of `public/` by their names. */
export async function readFiles() {
  const files = {}
  for (const name of await readdir(FIXTURES)) {
    if (name !== 'README.md') files[name] = await readFile(join(FIXTURES, name))
  }
  return { ...files, ...makeBroken(files), ...makeTexts(), ...makeBoxes(), ...makeCopies(files) }
}

function makeCopies(files) {
  const small = files['rgb.png']
  return {
    ...Object.fromEntries(ODD_NAMES.map((name) => [`odd/${name}`, small])),
    'img/a.png': small,
    'img/deep/b.png': small,
    'img/.hidden.png': small,
    'pic/c.png': small,
    '.dot.png': small,
    '.well-known/a.png': small,
    'lies.png': files['photo-baseline.jpg'],
    'lies.jpg': files['photo.webp'],
    'lies.webp': files['still.gif'],
    'lies.gif': files['alpha.png'],
    'lies.svg': small,
    'wide.png': makePng(1000, 40),
    'tall.png': makePng(40, 1000),
    'thin.png': makePng(700, 1),
  }
}

/** Files of `.next/static` by their names: static imports, and what is none. */
function makeStatic(files) {
  return {
    'media/photo.0a1b2c3d.png': files['rgb.png'],
    'media/cut.0a1b2c3d.png': files['cut.png'],
    'media/disc.0a1b2c3d.svg': files['disc.svg'],
    'immutable/media/photo.0a1b2c3d.png': files['rgb.png'],
    'chunks/photo.png': files['rgb.png'],
  }
}

/** Writes the project; `distDir` is where its static imports go. */
export async function writeProject(root, distDir = join(root, '.next')) {
  const files = await readFiles()
  for (const [name, bytes] of Object.entries(files)) await write(join(root, 'public', name), bytes)
  for (const [name, bytes] of Object.entries(makeStatic(files))) await write(join(distDir, 'static', name), bytes)
  return files
}

async function write(path, bytes) {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, bytes)
}

/** Which file some bytes are: an original that was passed through. */
export function createRecognizer(files) {
  const names = new Map()
  for (const [name, bytes] of Object.entries(files)) {
    if (!names.has(hash(bytes))) names.set(hash(bytes), name)
  }
  return (bytes) => names.get(hash(bytes))
}

function hash(bytes) {
  return createHash('sha256').update(bytes).digest('base64url')
}
