/**
 * `width` and `height` that an `<img>` lacks, so that nothing moves when it arrives. Only where the picture is then as large as before: a height
 * of the author's without a width gets none, since a style sheet may overrule it. Pure.
 */
import type { ImageEdit } from './edit.js'
import { attribute } from './markup.js'

export interface Dimensions {
  /** Attributes. */
  readonly text: string
  /** The height is for the ratio only: without `height: auto` it would distort a picture that a style makes narrower. */
  readonly isFree: boolean
}

const NONE: Dimensions = { text: '', isFree: false }
const STYLED = /(?:^|[;\s])(?:max-|min-)?(?:width|height|inline-size|block-size)\s*:/i

export function toDimensions(edit: ImageEdit, hasStyle: boolean): Dimensions {
  const { tag, set } = edit
  const size = set.renditions[0]?.original.size
  if (!size) return NONE
  const width = toDimension(tag.attributes.get('width')?.value)
  const height = toDimension(tag.attributes.get('height')?.value)
  if (typeof width === 'number' && height === 'absent' && hasStyle) {
    return { text: attribute('height', Math.max(1, Math.round((width * size.height) / size.width))), isFree: true }
  }
  if (set.isKept || STYLED.test(tag.attributes.get('style')?.value ?? '')) return NONE
  if (width !== 'absent' || height !== 'absent' || !edit.layout.mayHaveWidth || !hasStyle) return NONE
  return { text: attribute('width', size.width) + attribute('height', size.height), isFree: true }
}

function toDimension(text: string | undefined): number | 'absent' | 'other' {
  if (text === undefined) return 'absent'
  const match = /^\s*(\d{1,5})(?:\.\d+)?(?:px)?\s*$/i.exec(text)
  return match !== null && Number(match[1]) > 0 ? Number(match[1]) : 'other'
}
