/** What a variant can be purged by: its source, the operator's rules, the upstream's own tags. Pure. */
import picomatch from 'picomatch'
import type { TagRule } from '../config/index.js'
import type { SourceHeaders } from '../source/index.js'

export interface TagQuestion {
  readonly href: string
  /** The path of a source that the application made itself, without its base path. */
  readonly path: string | null
  readonly headers: SourceHeaders
}

/** An upstream's list ends here: it must not make entries of any size. */
const MAX_TAGS = 64
const MAX_TAG_LENGTH = 256

export function createTagger(rules: readonly TagRule[]): (question: TagQuestion) => string[] {
  const compiled = rules.map(({ pattern, tag }) => ({ tag, matches: picomatch(pattern, { dot: true }) }))
  return ({ href, path, headers }) => {
    const name = href.split(/[?#]/, 1)[0] ?? href
    const own = compiled.filter(({ matches }) => matches(name)).map(({ tag }) => tag)
    const implied = [toSourceTag(href), ...(path === null ? [] : [toPathTag(path)])]
    return [...implied, ...new Set([...own, ...readTags(headers)])]
  }
}

/** `source` as requests name it: a local path, or a URL. */
export function toSourceTag(source: string): string {
  return `src:${toPlain(source)}`
}

/** What `revalidatePath` names. */
export function toPathTag(path: string): string {
  return `path:${toPlain(path)}`
}

function readTags({ cacheTag = '', surrogateKey = '' }: SourceHeaders): string[] {
  const tags = [...cacheTag.split(','), ...surrogateKey.split(/\s+/)].map((tag) => tag.trim())
  return tags.filter((tag) => tag !== '' && tag.length <= MAX_TAG_LENGTH && !CONTROL.test(tag)).slice(0, MAX_TAGS)
}

const CONTROL = /[\0-\x1f\x7f]/
const EACH_CONTROL = /[\0-\x1f\x7f]/g

function toPlain(text: string): string {
  return text.replace(EACH_CONTROL, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`)
}
