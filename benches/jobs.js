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

export function parseNames(name, text, known) {
  const names = text.split(',')
  if (names.every((each) => known.includes(each))) return names
  throw new Error(`Expected names among ${known.join(', ')} for --${name} but received ${text}`)
}

const SPEEDS = ['fast', 'balanced', 'small']

export function parseSpeed(text) {
  if (SPEEDS.includes(text)) return text
  throw new Error(`Expected one of ${SPEEDS.join(', ')} for --speed but received ${text}`)
}

export const parseFormats = (text) => parseNames('formats', text, ['avif', 'jpeg', 'png', 'webp'])
