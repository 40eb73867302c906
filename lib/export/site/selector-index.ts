/** Selectors by the class or name that they ask for first: a framework has thousands, and a picture is asked about by few of them. Pure. */
import { type Identity, mayMatch, type Selector, type Surroundings } from './selector.js'

export interface SelectorIndex {
  readonly has: (element: Identity, around: Surroundings | null) => boolean
}

export function createSelectorIndex(selectors: readonly Selector[]): SelectorIndex {
  const drawers = new Map<string, Selector[]>()
  for (const selector of selectors) {
    const key = toKey(selector)
    const drawer = drawers.get(key)
    if (drawer === undefined) drawers.set(key, [selector])
    else drawer.push(selector)
  }
  return {
    has: (element, around) =>
      toKeys(element, around).some((key) => drawers.get(key)?.some((selector) => mayMatch(selector, element, around))),
  }
}

function toKey({ subject, parent }: Selector): string {
  if (subject.classes[0] !== undefined) return `.${subject.classes[0]}`
  if (parent?.classes[0] !== undefined) return `>.${parent.classes[0]}`
  return subject.name
}

/** All under which a selector may lie that means the element. */
function toKeys({ name, classes }: Identity, around: Surroundings | null): string[] {
  const outer = around?.ancestors[0]?.classes.map((each) => `>.${each}`) ?? []
  return ['', name, ...classes.map((each) => `.${each}`), ...outer]
}
