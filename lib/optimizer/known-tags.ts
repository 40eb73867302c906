/** Which tags an entry may carry, as far as this process knows: so that `revalidateTag` of an app costs nothing where no picture has the tag. */

export interface KnownTags {
  see(tags: readonly string[]): void
  has(tag: string): boolean
}

const MAX_TAGS = 10_000

export function createKnownTags(first: readonly string[]): KnownTags {
  const known = new Set(first)
  return {
    see(tags) {
      // Beyond the bound every tag counts as known: too much work is better than a picture that stays.
      if (known.size >= MAX_TAGS) return
      for (const tag of tags) known.add(tag)
    },
    has: (tag) => known.size >= MAX_TAGS || known.has(tag),
  }
}
