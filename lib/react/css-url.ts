/** An address as CSS writes it. Pure. */

/** What ends a string of CSS, or the `<style>` element around it, goes by its code point. */
export function toCssUrl(url: string): string {
  return `url("${url.replace(/["\\<\n\r\f]/g, (letter) => `\\${letter.codePointAt(0)?.toString(16)} `)}")`
}
