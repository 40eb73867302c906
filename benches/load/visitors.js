// Visitors who always have so many questions under way, and what they were answered. Looks at the answers; judges no time.
import { imageUrl } from '../next-app.js'

/** Asks until `signal` says so. Gives `{ answers, wrong }`: counts by status, with the type where there was a picture, and what was no honest answer. */
export async function visit(origin, questions, { inFlight, signal }) {
  const [answers, wrong] = [new Map(), new Map()]
  const count = (counts, key) => counts.set(key, (counts.get(key) ?? 0) + 1)
  let asked = 0
  const visitor = async () => {
    while (!signal.aborted) {
      const { status, type, fault } = await ask(origin, questions.at(asked++))
      count(answers, status === 200 ? `200 ${type}` : `${status}`)
      if (fault !== null) count(wrong, fault)
    }
  }
  await Promise.all(Array.from({ length: inFlight }, visitor))
  if (asked > questions.count) count(wrong, `${asked - questions.count} questions came again`)
  return { asked, answers: Object.fromEntries([...answers].sort()), wrong: Object.fromEntries(wrong) }
}

async function ask(origin, question) {
  try {
    const answer = await fetch(imageUrl(origin, question), { headers: { accept: question.accept } })
    const { length } = Buffer.from(await answer.arrayBuffer())
    const type = answer.headers.get('content-type')
    return { status: answer.status, type, fault: findFault(answer, length) }
  } catch (error) {
    const reason = error.cause?.code ?? error.message
    return { status: 'none', type: null, fault: `no answer: ${reason}` }
  }
}

/** A picture, or 503 with the time to come again: nothing else is honest. Which type, is the server's choice among those that were accepted. */
export function findFault({ status, headers }, length) {
  if (status === 200)
    return length > 0 && headers.get('content-type')?.startsWith('image/') ? null : '200 without a picture'
  if (status !== 503) return `${status}`
  return /^\d+$/.test(headers.get('retry-after') ?? '') ? null : '503 without Retry-After'
}
