/** Text that goes into pages: attributes and tags. Pure. */

/** With a leading space. */
export function attribute(name: string, value: string | number): string {
  return ` ${name}="${escapeAttribute(String(value))}"`
}

export function escapeAttribute(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/"/g, '&quot;')
}

/** `a.webp 640w, b.webp 1280w`. URLs hold no white space and end with no comma. */
export function toSrcset(candidates: readonly { url: string; descriptor: string }[]): string {
  return candidates.map(({ url, descriptor }) => (descriptor === '' ? url : `${url} ${descriptor}`)).join(', ')
}
