/**
 * Whether an element may be meant by a selector: by name, classes and id of the last compound, and of the parent where the selector names it.
 * Conditions that it does not understand only narrow a selector down, so it takes them as met. Pure.
 */
import { unescapeCss } from './css.js'

export interface Identity {
  readonly name: string
  readonly classes: readonly string[]
  readonly id: string | null
}

export interface Selector {
  readonly subject: Compound
  /** Null: any. */
  readonly parent: Compound | null
  /** Some element around it. Null: any. */
  readonly within: Compound | null
  /** What it stands before: `img + p`. Null: any, or nothing. */
  readonly beside: Compound | null
  /** It goes by neighbors or by the place among them. */
  readonly isByPlace: boolean
}

interface Compound {
  /** `''`: any. */
  readonly name: string
  readonly classes: readonly string[]
  readonly id: string | null
}

interface Part {
  /** What stands before it: `''` (nothing), ` `, `>`, `+` or `~`. */
  readonly combinator: string
  readonly text: string
}

const STRUCTURAL = /:(?:first|last|only|nth)-/
const ANY: Compound = { name: '', classes: [], id: null }

/** Of a list of selectors, one for each element that it goes by: before `+` and `~` stands one, too. */
export function parseSelectors(text: string): Selector[] {
  return splitOutside(text.replace(/\/\*[\s\S]*?\*\//g, ''), ',').flatMap((selector) => {
    const parts = toParts(selector)
    return parts.flatMap(({ combinator, text: own }, at) => {
      const next = parts[at + 1]?.combinator
      if (next === '>' || next === ' ') return []
      // `:where(.stack > *)`: what is in the parentheses may be the whole selector.
      const isByPlace = combinator !== '' && combinator !== ' '
      const isNested = STRUCTURAL.test(own) || /\([^)]*[>+~]/.test(own)
      const beside = next === undefined ? null : toCompound(parts[at + 1]?.text ?? '')
      const compounds = { subject: toCompound(own), ...toOuter(parts, at, own), beside }
      return [{ ...compounds, isByPlace: isByPlace || isNested || beside !== null }]
    })
  })
}

/** Where an element stands. */
export interface Surroundings {
  /** From the parent on. */
  readonly ancestors: readonly Identity[]
  /** Its siblings behind it, as far as they are near. */
  readonly after: readonly Identity[]
}

export function mayMatch(
  { subject, parent, within, beside }: Selector,
  element: Identity,
  around: Surroundings | null,
): boolean {
  if (!isLike(subject, element)) return false
  if (around === null) return true
  if (beside !== null && !around.after.some((sibling) => isLike(beside, sibling))) return false
  if (within !== null && !around.ancestors.some((ancestor) => isLike(within, ancestor))) return false
  const [own] = around.ancestors
  return parent === null || own === undefined || isLike(parent, own)
}

function isLike(compound: Compound, { name, classes, id }: Identity): boolean {
  return (
    (compound.name === '' || compound.name === name) &&
    (compound.id === null || compound.id === id) &&
    compound.classes.every((each) => classes.includes(each))
  )
}

/** Siblings have one parent. */
function toOuter(parts: readonly Part[], at: number, own: string): Pick<Selector, 'parent' | 'within'> {
  const inner = /^:(?:where|is)\(\s*([^\s>+~()]+)\s*>/.exec(own)?.[1]
  if (inner !== undefined) return { parent: toCompound(inner), within: null }
  let first = at
  while (parts[first]?.combinator === '+' || parts[first]?.combinator === '~') first--
  const outer = parts[first - 1]
  if (outer === undefined) return { parent: null, within: null }
  const compound = toCompound(outer.text)
  return parts[first]?.combinator === '>' ? { parent: compound, within: null } : { parent: null, within: compound }
}

function toCompound(text: string): Compound {
  // What stands in parentheses or brackets only narrows it down.
  const own = text.replace(/(?<!\\)\[[^\]]*\]/g, '').replace(/(?<!\\):[\s\S]*$/, '')
  if (own === '' || own === '*' || own === '&') return ANY
  const names = (mark: string): string[] => {
    const pattern = new RegExp(`(?<!\\\\)\\${mark}((?:[\\w-]|[^\\x00-\\x7f]|\\\\.)+)`, 'g')
    return [...own.matchAll(pattern)].map(([, name = '']) => unescapeCss(name))
  }
  return { name: /^[a-z][\w-]*/i.exec(own)?.[0]?.toLowerCase() ?? '', classes: names('.'), id: names('#')[0] ?? null }
}

function toParts(selector: string): Part[] {
  const parts: Part[] = []
  let combinator = ''
  const spaced = selector.replace(/(?<!\\)[>+~]/g, ' $& ').replace(/\s/g, ' ')
  for (const piece of splitOutside(spaced, ' ')) {
    if (/^[>+~]$/.test(piece)) combinator = piece
    else if (piece !== '') {
      parts.push({ combinator: combinator || (parts.length > 0 ? ' ' : ''), text: piece })
      combinator = ''
    }
  }
  return parts
}

function splitOutside(text: string, mark: string): string[] {
  const parts = ['']
  let depth = 0
  let isEscaped = false
  for (const each of text) {
    if (isEscaped || each === '\\') isEscaped = !isEscaped
    else if (each === '(' || each === '[') depth++
    else if (each === ')' || each === ']') depth--
    if (each === mark && depth === 0) parts.push('')
    else parts[parts.length - 1] += each
  }
  return parts
}
