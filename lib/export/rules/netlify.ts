/** Netlify: an edge function, because `_redirects` cannot see `Accept`, and the lines that declare it. */
import { NEGOTIATE } from './edge.js'
import type { FormatRules, Location } from './rule.js'

const NAME = 'pixmill-formats'

export function formatNetlify({ path }: Location): FormatRules {
  return {
    files: [
      {
        name: `netlify/edge-functions/${NAME}.js`,
        text: FUNCTION,
        about: 'Put it into the project, at this very path.',
      },
      {
        name: 'netlify.toml',
        text: formatDeclaration(path),
        about: 'Add these lines to the netlify.toml of the project.',
      },
    ],
  }
}

const FUNCTION = `${NEGOTIATE}
// A request for one of the files passes. That also ends the way of those that answer() makes, which come by here.
export default (request) => (hasExtension(request.url) ? undefined : answer(request, fetch))
`

// The extensions stand in the function as well: this line only saves a call of it.
function formatDeclaration(path: string): string {
  return `[[edge_functions]]
  path = "${path}/*"
  excludedPath = ["${path}/*.avif", "${path}/*.webp", "${path}/*.json"]
  function = "${NAME}"
`
}
