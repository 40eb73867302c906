// What is calibrated: each table of `src/codec/calibration/points.rs`, how its encoder is called, and what its scores are held against. An encoder that
// is added here and there is calibrated like the others.

/** The qualities of a table. Between them it is read on straight lines. */
const QUALITIES = [1, 10, 20, 30, 40, 50, 60, 70, 75, 80, 85, 90, 95, 100]

/** What Next.js answers at the same number: libwebp's score is everybody's aim. */
const LIBWEBP = 'webp'

/** Where the other way to an encoder is compared with the one that is calibrated. */
export const COMPARED = [40, 75, 90]

/**
 * `format` and `source` say how to get there through `optimize`: pixels come from a PNG, planes from a JPEG; `other` is a way that must agree. `aims` are
 * the encoders of Next.js, by format: at each quality the one that scores more, so that no number means less than it does there. `slack` is how far any
 * picture may be behind what Next.js answers in that format. `between` is asked for too, since scores that jump are averaged over neighbors. `parts` are
 * ranges of quality in which the encoder goes about its work in one way, `limits` its least and greatest setting, and `best` the one that 100 stands for,
 * whatever it scores. `by` is the AVIF encoder that must be at work. `speeds` are those that are measured, and which share what is found. `isFitted: false`: it has no table and is only looked at.
 */
export const TABLES = [
  // Of graphics: photographs are another encoder's.
  { name: 'AOM', format: 'avif', source: 'png', by: 'libaom', limits: [1, 63], best: 4 },
  {
    // Quantization steps are whole numbers, so that scores jump. From 90 on color has its full resolution. From 70 to 80 mozjpeg scores more than libwebp.
    name: 'JPEG',
    format: 'jpeg',
    source: 'jpeg',
    other: 'png',
    aims: [LIBWEBP, 'jpeg'],
    qualities: [1, 5, 10, 20, 30, 40, 50, 60, 70, 75, 80, 85, 89, 90, 95, 98, 100],
    between: [47, 53, 57, 63, 67, 73, 77, 83, 87, 92],
    parts: [
      [1, 89],
      [90, 100],
    ],
    limits: [0.001, 200],
    best: 0.001,
    slack: 0.3,
    // `fast` differs in scans alone.
    speeds: { balanced: ['fast', 'balanced'], small: ['small'] },
  },
  { name: 'RAVIF', format: 'avif', source: 'png', by: 'ravif' },
  { name: 'SVT_AV1', format: 'avif', source: 'jpeg', by: 'SVT-AV1', limits: [1, 63], best: 8 },
  { name: 'WEBP', format: 'webp', source: 'jpeg', other: 'png' },
  // Palettes are bound by an error, and where 256 colors are too few all are kept: scores are what they are.
  { name: 'PNG', format: 'png', source: 'png', aims: [LIBWEBP, 'png'], qualities: COMPARED, isFitted: false },
].map((table) => ({
  aims: [LIBWEBP],
  qualities: QUALITIES,
  between: [],
  parts: [[1, 100]],
  limits: [1, 100],
  isFitted: true,
  speeds: { fast: ['fast'], balanced: ['balanced'], small: ['small'] },
  ...table,
}))

/** Says that the engine has the table's encoder: SVT-AV1, where it is there, takes all photographs, else libaom all pictures, else ravif. */
export const isAtHand = ({ by }, { avifEncoder }) => by === undefined || avifEncoder.startsWith(by)

/** What is asked for on the way to a table's encoder, and on the other. */
export const toAsked = ({ qualities, between }) => [...qualities, ...between].sort((a, b) => a - b)

export function parseTables(text) {
  if (text === undefined) return TABLES
  const names = text.split(',')
  const unknown = names.filter((name) => !TABLES.some((table) => table.name === name))
  if (unknown.length === 0) return TABLES.filter(({ name }) => names.includes(name))
  const known = TABLES.map(({ name }) => name).join(', ')
  throw new Error(`Expected tables among ${known} for --tables but received ${unknown.join(', ')}`)
}
