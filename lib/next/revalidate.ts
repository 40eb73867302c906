/**
 * Lets `revalidateTag` and `revalidatePath` of Next 16 reach pictures: they write into one map of the process, and we look over its shoulder. Not an
 * API of Next: where the map is not as expected nothing is touched, and pictures are purged by `purge` alone.
 */
import { createRequire } from 'node:module'
import { join } from 'node:path'

export type Follower = (tag: string, action: 'purge' | 'invalidate') => void

/** What Next 16 keeps by tag, in milliseconds since 1970. */
interface Revalidation {
  readonly stale?: number
  readonly expired?: number
}

type Manifest = Map<string, Revalidation> & { [FOLLOWERS]?: Follower[] }

const FOLLOWERS = Symbol.for('pixmill.followers')
const MANIFEST = 'next/dist/server/lib/incremental-cache/tags-manifest.external.js'
/** In front of the tags that stand for paths. */
const PATH = '_N_T_'

/** Whether revalidations are followed from now on. */
export function followRevalidation(project: string, follower: Follower): boolean {
  const manifest = loadManifest(project)
  if (manifest === undefined) return false
  if (manifest[FOLLOWERS] === undefined) watch(manifest)
  manifest[FOLLOWERS]?.push(follower)
  return true
}

function loadManifest(project: string): Manifest | undefined {
  try {
    const { tagsManifest, areTagsExpired } = createRequire(join(project, 'package.json'))(MANIFEST)
    // Next 15 writes a tag the first time only, so that there is nothing to follow.
    return tagsManifest instanceof Map && typeof areTagsExpired === 'function' ? (tagsManifest as Manifest) : undefined
  } catch {
    return undefined
  }
}

function watch(manifest: Manifest): void {
  const followers: Follower[] = []
  const { set } = manifest
  manifest[FOLLOWERS] = followers
  manifest.set = function (tag: string, revalidation: Revalidation) {
    const action = toAction(manifest.get(tag), revalidation, Date.now())
    for (const follower of followers) follower(toOwnTag(tag), action)
    return Reflect.apply(set, this, [tag, revalidation])
  }
}

/** `revalidateTag(tag, 'max')` lets the stale be seen once more; without a profile, and by `updateTag`, it is not to be seen again. */
function toAction(before: Revalidation | undefined, { expired }: Revalidation, now: number): 'purge' | 'invalidate' {
  return expired !== undefined && expired !== before?.expired && expired <= now ? 'purge' : 'invalidate'
}

/** `/api/avatar` of `revalidatePath('/api/avatar')` is a picture that the app makes. */
function toOwnTag(tag: string): string {
  return tag.startsWith(PATH) ? `path:${tag.slice(PATH.length)}` : tag
}
