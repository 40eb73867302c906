/**
 * What a site's style sheets do with pictures that a tag around one, or a `width` on it, would undo. Says yes when in doubt: a picture then gets
 * fewer variants, and stays where it was. Pure.
 */
import type { Declaration } from './css.js'
import { type Identity, parseSelectors, type Selector, type Surroundings } from './selector.js'
import { createSelectorIndex, type SelectorIndex } from './selector-index.js'

export interface LayoutRules {
  /** Set a height and no width: with a width, the picture would be distorted. */
  readonly heights: SelectorIndex
  /** Columns stretch what has no width. */
  readonly columns: SelectorIndex
  /** `figure > img`, `img + p`: not met any more by a picture that is wrapped. */
  readonly places: SelectorIndex
}

/** What may be done to one picture. */
export interface Layout {
  readonly mayWrap: boolean
  readonly mayHaveWidth: boolean
}

const HEIGHT = /^(max-)?(height|block-size)$/
const WIDTH = /^(width|inline-size)$/
const FREE = /^(auto|none|initial|unset|revert|inherit)\b/i
const COLUMN = /\bcolumn/i

export function findLayoutRules(text: string, declarations: readonly Declaration[]): LayoutRules {
  const toValue = ({ valueStart, end }: Declaration) => text.slice(valueStart, end)
  const wide = new Set(declarations.filter(({ property }) => WIDTH.test(property)).map(({ block }) => block))
  const heights = declarations.filter(
    (each) => HEIGHT.test(each.property) && !wide.has(each.block) && !FREE.test(toValue(each)),
  )
  const columns = declarations.filter(
    (each) => /^flex-(direction|flow)$/.test(each.property) && COLUMN.test(toValue(each)),
  )
  return {
    heights: createSelectorIndex(toSelectors(heights)),
    // Of the element around the picture, no more than itself is known.
    columns: createSelectorIndex(
      toSelectors(columns).map((each) => ({ ...each, parent: null, within: null, beside: null })),
    ),
    places: createSelectorIndex(toSelectors(declarations).filter(({ isByPlace }) => isByPlace)),
  }
}

/** `all` of the sheets that may be in effect. */
export function toLayout(image: Identity, around: Surroundings, all: readonly LayoutRules[]): Layout {
  const [parent] = around.ancestors
  const isInColumn = parent !== undefined && all.some(({ columns }) => columns.has(parent, null))
  return {
    mayWrap: !all.some(({ places }) => places.has(image, around)),
    mayHaveWidth: !isInColumn && !all.some(({ heights }) => heights.has(image, around)),
  }
}

function toSelectors(declarations: readonly Declaration[]): Selector[] {
  return [...new Set(declarations.map(({ selector }) => selector))].flatMap(parseSelectors)
}
