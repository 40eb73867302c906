// What a bench does to its pictures: the variants that Next.js would ask for. Runs nothing.
export const QUALITY = 75

const ALWAYS = new Set(['avif', 'webp'])

/**
 * `[{ picture, from, to, width }]`. AVIF and WebP of everything; of the others the source's own, as Next.js answers a browser that takes neither. Never
 * wider than the source.
 */
export function listJobs(pictures, { widths, formats }) {
  const jobs = formats.flatMap((to) =>
    widths.flatMap((width) =>
      pictures
        .filter((picture) => width <= picture.width && (ALWAYS.has(to) || to === picture.format))
        .map((picture) => ({ picture, from: picture.format, to, width })),
    ),
  )
  if (jobs.length > 0) return jobs
  throw new Error(
    `Expected a picture that has a variant of ${formats} in ${widths} pixels but received ${pictures.length} without`,
  )
}

export const toKey = ({ path, to, width }) => `${to} ${width} ${path}`

export function parseNumbers(name, text) {
  const values = text.split(',').map(Number)
  if (values.every((value) => Number.isInteger(value) && value > 0)) return values
  throw new Error(`Expected whole numbers for --${name} but received ${text}`)
}

export function parseFormats(text) {
  const formats = text.split(',')
  if (formats.every((format) => ['avif', 'jpeg', 'png', 'webp'].includes(format))) return formats
  throw new Error(`Expected formats among avif, jpeg, png and webp for --formats but received ${text}`)
}
