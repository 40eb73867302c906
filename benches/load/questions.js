// What is asked for: variants of large photographs, no two alike, for browsers that take AVIF, WebP or neither. Asks nothing itself.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { QUALITIES } from '../next-app.js'

/** Of the widths that Next.js has by default, those of a picture of some size. */
const WIDTHS = [256, 384, 640, 750, 828, 1080, 1200, 1920, 2048, 3840]
const ACCEPTS = { 'image/avif': 'image/avif,image/webp,*/*', 'image/webp': 'image/webp,*/*', 'image/jpeg': '*/*' }
const COPIES = 16
/** Has no divisor in common with any of the lengths, so that neighbors differ in everything and all combinations come before one comes again. */
const STRIDE = 7_919

/** Copies under `folder`, so that no source is another one's bytes. Gives their names in URLs. */
export function writeSources(folder, pictures) {
  return pictures.flatMap(({ path }, index) => {
    const bytes = readFileSync(path)
    return Array.from({ length: COPIES }, (_, copy) => {
      const name = `load-${index}-${copy}.jpg`
      writeFileSync(join(folder, name), withComment(bytes, `copy ${copy}`))
      return `/${name}`
    })
  })
}

/** JPEG: a segment for comments may stand right behind the start of the image. */
function withComment(bytes, text) {
  const head = Buffer.from([0xff, 0xfe, 0, text.length + 2])
  return Buffer.concat([bytes.subarray(0, 2), head, Buffer.from(text), bytes.subarray(2)])
}

/** `{ count, at(number) }`; a question is `{ name, width, quality, accept, type }`. */
export function createQuestions(names, types = Object.keys(ACCEPTS)) {
  const lists = { name: names, width: WIDTHS, quality: QUALITIES, type: types }
  const count = Object.values(lists).reduce((product, list) => product * list.length, 1)
  const at = (number) => {
    let rest = (number * STRIDE) % count
    const pick = (list) => {
      const picked = list[rest % list.length]
      rest = Math.floor(rest / list.length)
      return picked
    }
    const question = Object.fromEntries(Object.entries(lists).map(([key, list]) => [key, pick(list)]))
    return { ...question, accept: ACCEPTS[question.type] }
  }
  return { count, at }
}
