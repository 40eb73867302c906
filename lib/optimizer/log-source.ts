/** A source as it may stand in a log: where it is, without what opens it. Pure. */

/** Credentials in front of the host are left out; of a query the names are kept, since its values may be signatures. */
export function toLoggedSource(href: string): string {
  const [address = '', query] = (href.split('#', 1)[0] ?? '').split(/\?(.*)/s)
  const names = query === undefined ? [] : query.split('&').map((pair) => pair.split('=', 1)[0] ?? '')
  return withoutUser(address) + (names.length > 0 ? `?${names.join('&')}` : '')
}

/** The same for each address in a text, as messages of Node and of upstreams have them. */
export function withoutSecrets(text: string): string {
  return text.replace(/\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s"'<>)]+/gi, toLoggedSource)
}

/** As written, so that a URL which nobody can parse shows nothing either. */
function withoutUser(address: string): string {
  return address.replace(/^([a-z][a-z0-9+.-]*:[\\/]*|[\\/]{2,})[^\\/]*@/i, '$1')
}
