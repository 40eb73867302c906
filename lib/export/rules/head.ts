/** The first lines of a file of rules: what to do with it. It is copied around, and then nothing else says so. */
import type { RuleFile } from './rule.js'

const WHAT = 'pixmill: which of two files stands for a picture whose URL has no extension.'
const LINES = /\S.{0,109}(?=\s|$)/g

export function withHead({ name, about, text }: RuleFile): RuleFile {
  const mark = name.endsWith('.js') ? '//' : '#'
  const lines = [WHAT, ...(about.match(LINES) ?? [])].map((line) => `${mark} ${line}\n`)
  return { name, about, text: `${lines.join('')}\n${text}` }
}
