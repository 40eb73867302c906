/** Sends cases to a server that answers for one configuration, and returns what the contract sees of each answer. Judges nothing. */
import { toAnswer } from './answer.js'
import { createClient } from './client.js'

const ENDPOINT = '/_next/image'
/** Connections at once: a picture is made while another request is on its way. */
const AT_ONCE = 6

/** `{port}` as it is, and as `encodeURIComponent` writes it. */
export function withPort(text, port) {
  return text.replaceAll('{port}', port).replaceAll('%7Bport%7D', port)
}

/** Answers by the cases' ids. `pause` lets a server store what it just answered. */
export async function runCases(cases, { base, port, recognize, pause = async () => {} }) {
  const client = createClient(base)
  const answers = new Map()
  const queue = [...cases]
  const work = async () => {
    for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
      const raw = await runCase(one, client, port, pause).catch((error) => ({ error }))
      answers.set(
        one.id,
        raw.error === undefined ? toAnswer(raw, recognize) : { status: 0, text: String(raw.error.code), headers: {} },
      )
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  client.close()
  return answers
}

async function runCase({ path = ENDPOINT, search, ...one }, client, port, pause) {
  const target = withPort(search === null ? path : `${path}?${search}`, port)
  if (one.before !== undefined) await client.send({ path: `${path}?${one.before}` })
  const etag = await warmUp(target, one, client, pause)
  return client.send({ method: one.method, path: target, headers: withEtag(one.headers ?? {}, etag) })
}

/** The requests before the one that counts, as many as it needs; and the tag that they brought. */
async function warmUp(target, { headers = {}, times = 1, isWarm = false, hasOwnAccept = false }, client, pause) {
  const needsEtag = /\{e?tag\}/.test(headers['if-none-match'] ?? '')
  const count = needsEtag || isWarm ? 1 : times - 1
  const plain = hasOwnAccept ? { accept: headers.accept } : {}
  let etag
  for (let i = 0; i < count; i++) {
    const answer = await client.send({ path: target, headers: needsEtag ? plain : headers })
    etag = answer.headers.etag
    await pause()
  }
  return etag
}

function withEtag(headers, etag) {
  const tag = headers['if-none-match']
  if (etag === undefined || tag === undefined) return headers
  return { ...headers, 'if-none-match': tag.replaceAll('{etag}', etag).replaceAll('{tag}', etag.replaceAll('"', '')) }
}
