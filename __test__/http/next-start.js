// The third kind of server: a real `next start` with `withPixmill`, whose config and application come from the environment.
import { buildApp, LAYOUT, layOut, startNext } from '../living/next-app.js'
import { createAsk } from './app.js'

// One build serves all configurations: nothing that a test sets is part of it.
const APP = {
  'app/layout.js': LAYOUT,
  'app/page.js': 'export default function Page() {\n  return <p>The app.</p>\n}\n',
  'pages/api/[...path].js': `import { request } from 'node:http'

export const config = { api: { bodyParser: false, externalResolver: true } }

export default function handler(req, res) {
  const sent = request(process.env.TEST_APPLICATION + req.url, { headers: req.headers }, (answer) => {
    res.writeHead(answer.statusCode, answer.headers)
    answer.pipe(res)
  })
  sent.end()
}
`,
  'next.config.mjs': `import { withPixmill } from 'pixmill/next'

const { options, ...config } = JSON.parse(process.env.TEST_CONFIG ?? '{}')
const headers = async () => [{ source: '/:path*', headers: [{ key: 'x-app', value: 'yes' }] }]
export default withPixmill({ ...config, headers }, options)
`,
}

export const buildKind = () => buildApp(APP)

/** As `startApp` of the handlers, in a process of its own. */
export async function startKind(built, { root, ...input }, { application = '', env = {} } = {}) {
  layOut(root, built)
  const config = { options: { memory: '128mb', threads: 2 }, ...input }
  const given = { ...env, TEST_CONFIG: JSON.stringify(config), TEST_APPLICATION: application }
  const server = await startNext(root, { env: given, page: input.basePath })
  return {
    origin: server.origin,
    image: createAsk(server.origin, `${input.basePath ?? ''}/_next/image`),
    close: server.stop,
  }
}
