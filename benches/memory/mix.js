// Five hundred jobs, or as many as asked for, as a site's first visitors might ask for them: the same ones in the same order each time.
import { QUALITY } from '../jobs.js'

const WIDTHS = [384, 640, 828, 1080, 1920]
/** `own` is the source's format, for browsers that take neither WebP nor AVIF. */
const FORMATS = ['webp', 'webp', 'own', 'webp', 'webp', 'avif', 'own', 'webp', 'own', 'webp']

/** A picture comes again in another width and format. */
export function mixJobs(pictures, count) {
  return Array.from({ length: count }, (_, index) => {
    const [turn, at] = [Math.floor(index / pictures.length), index % pictures.length]
    const picture = pictures[at]
    return {
      path: picture.path,
      width: Math.min(WIDTHS[(at + 2 * turn) % WIDTHS.length], picture.width),
      format: toFormat(FORMATS[(3 * at + turn) % FORMATS.length], picture),
      quality: QUALITY,
    }
  })
}

const SMALL_WIDTHS = [16, 32, 48, 64]
const SMALL_FORMATS = ['webp', 'jpeg', 'png', 'webp', 'avif']

/** Every picture in every width and format; by turns from its path and from bytes that were read. */
export function mixSmall(pictures) {
  return SMALL_FORMATS.flatMap((format, turn) =>
    pictures.flatMap(({ path }, at) =>
      SMALL_WIDTHS.map((width) => ({ path, width, format, quality: QUALITY, isRead: (turn + at) % 2 === 1 })),
    ),
  )
}

function toFormat(format, picture) {
  if (format !== 'own') return format
  return ['jpeg', 'png'].includes(picture.format) ? picture.format : 'webp'
}
