/** Cloudflare: a Pages Function at the path of the pictures; and the same as a Worker, for sites that are static assets of one. */
import { NEGOTIATE } from './edge.js'
import type { FormatRules, Location } from './rule.js'

export function formatCloudflare({ path }: Location): FormatRules {
  return {
    files: [
      {
        name: `functions${path}/[[path]].js`,
        text: PAGES,
        about: 'For Pages: put it into the project, at this very path, beside the output and not in it.',
      },
      {
        name: 'pixmill-worker.js',
        text: WORKER,
        about: 'For Workers with static assets: the main file of a Worker that has no other.',
      },
      {
        name: 'wrangler.toml',
        text: formatSettings(path),
        about: 'For Workers with static assets: add these lines to the wrangler.toml of the project.',
      },
    ],
  }
}

// `fetch` of the assets needs its object.
const ASSETS = '(asset) => env.ASSETS.fetch(asset)'

const PAGES = `${NEGOTIATE}
export const onRequest = ({ request, env }) =>
  hasExtension(request.url) ? env.ASSETS.fetch(request) : answer(request, ${ASSETS})
`

const WORKER = `${NEGOTIATE}
export default {
  fetch: (request, env) =>
    hasExtension(request.url) ? env.ASSETS.fetch(request) : answer(request, ${ASSETS}),
}
`

function formatSettings(path: string): string {
  return `main = "pixmill-worker.js"

[assets]
directory = "./out"
binding = "ASSETS"
run_worker_first = ["${path}/*"]
`
}
