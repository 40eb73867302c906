/** From Next's answer to the one that is right here, by rules whose ids are the rows of DIFFERENCES.md. Knows no answer that was given. */
import { headers } from './differences/headers.js'
import { pictures } from './differences/pictures.js'
import { refusals } from './differences/refusals.js'

/** In the order in which they apply: a rule sees what the ones before it made. `cases` is held against the case's id. */
export const rules = [...refusals, ...pictures, ...headers]

/** `used` collects the rules that changed something. */
export function toExpected(next, one, used = new Set()) {
  return rules.reduce((answer, rule) => {
    const { cases, when = () => true, becomes } = rule
    if (!cases.test(one.id) || !when(answer, one)) return answer
    const changed = becomes(answer, one)
    if (JSON.stringify(changed) !== JSON.stringify(answer)) used.add(rule)
    return changed
  }, next)
}

/** What two answers differ in, as text; empty when they agree. Of a first answer's cache state it matters only that there is one. */
export function compare(expected, actual, { times = 1 }) {
  const [a, b] = [expected, actual].map((answer) => flatten(answer, times > 1))
  // An original may be sent where Next made as good a picture; not the other way around.
  if (!('file' in a)) delete b.file
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter((key) => a[key] !== b[key])
    .map((key) => `${key}: expected ${JSON.stringify(a[key])}, received ${JSON.stringify(b[key])}`)
}

function flatten({ headers, cache, ...rest }, hasState) {
  const state = cache === undefined ? {} : { 'x-nextjs-cache': hasState ? cache : 'any' }
  // How long is a matter of taste, not of the contract.
  const control = headers['cache-control']?.replace(/(stale-if-error)=\d+/, '$1=N')
  return { ...rest, ...headers, ...(control === undefined ? {} : { 'cache-control': control }), ...state }
}

/** The ids of rules that changed nothing: their difference is none any more. */
export function findIdle(used) {
  return rules.filter((rule) => !used.has(rule)).map(({ id, cases }) => `${id} ${cases}`)
}
