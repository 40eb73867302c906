// Whether memory grows with the jobs: a straight line through what was seen. Measures nothing.

/** Bytes a job, by least squares over the second half of the jobs; `null` where fewer than three looks were taken there. */
export function slopeOf(course) {
  const half = (course.at(-1)?.done ?? 0) / 2
  const points = course.filter(({ done }) => done >= half)
  if (points.length < 3) return null
  const middle = (read) => points.reduce((sum, point) => sum + read(point), 0) / points.length
  const [done, bytes] = [middle((point) => point.done), middle((point) => point.bytes)]
  const spread = points.reduce((sum, point) => sum + (point.done - done) ** 2, 0)
  return points.reduce((sum, point) => sum + (point.done - done) * (point.bytes - bytes), 0) / spread
}
