/** One value of a header that may have been sent several times. */
export function joinHeader(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'object' ? header.join(', ') : header
}
