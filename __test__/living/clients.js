// What clients say they take when they ask for a picture, as they send it, and what they should get of a PNG where AVIF and WebP are offered.

export const CLIENTS = [
  ['Chrome', 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8', 'image/avif'],
  ['Firefox', 'image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5', 'image/avif'],
  ['Firefox 92', 'image/avif,image/webp,*/*', 'image/avif'],
  [
    'Safari 17',
    'image/webp,image/avif,image/jxl,image/heic,image/heic-sequence,video/*;q=0.8,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5',
    'image/avif',
  ],
  [
    'Chrome, the picture in a tab of its own',
    'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7',
    'image/avif',
  ],
  ['Safari 15', 'image/webp,image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5', 'image/webp'],
  ['Firefox 90', 'image/webp,*/*', 'image/webp'],
  ['who writes the same with a space', 'image/webp, */*', 'image/webp'],
  ['who refuses AVIF', 'image/avif;q=0, image/webp, */*', 'image/webp'],
  ['Safari 13', 'image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5', 'image/png'],
  ['Googlebot', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'image/png'],
  ['curl', '*/*', 'image/png'],
  ['who says nothing', undefined, 'image/png'],
].map(([name, accept, type]) => ({ name, accept, type }))

/** One client for each type, and one that refuses what others get. */
export const KINDS = ['Chrome', 'Safari 15', 'Safari 13', 'who refuses AVIF'].map((name) =>
  CLIENTS.find((client) => client.name === name),
)

/** All orders of a list. */
export function ordersOf(list) {
  if (list.length < 2) return [list]
  return list.flatMap((first, index) => ordersOf(list.toSpliced(index, 1)).map((rest) => [first, ...rest]))
}
