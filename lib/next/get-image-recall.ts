/** Answers that are being made or were made: whoever asks for one meanwhile, or later, gets the same. A failure is not kept. */

/** `isCurrent` says whether an answer still holds. */
export function createRecall<T>(isCurrent: (value: T) => boolean) {
  const answers = new Map<string, Promise<T>>()

  const begin = (key: string, make: () => Promise<T>): Promise<T> => {
    if (answers.size >= MAX_ANSWERS) answers.clear()
    const answer = make()
    answers.set(key, answer)
    answer.catch(() => {
      if (answers.get(key) === answer) answers.delete(key)
    })
    return answer
  }

  return async function recall(key: string, make: () => Promise<T>): Promise<T> {
    const last = answers.get(key)
    if (last === undefined) return begin(key, make)
    const value = await last
    if (isCurrent(value)) return value
    // Of all who waited, the first begins anew.
    return answers.get(key) === last ? begin(key, make) : recall(key, make)
  }
}

/** A server that runs for months must not remember every source that it ever saw. */
const MAX_ANSWERS = 4096
