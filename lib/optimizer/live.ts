/** The optimizers that run in this process, also those of another copy of the package (bundlers and workers load several). */

const NAME = Symbol.for('pixmill.optimizers')

interface Shared<T> {
  [NAME]?: Set<T>
}

export function liveOptimizers<T>(): Set<T> {
  const shared = globalThis as Shared<T>
  shared[NAME] ??= new Set()
  return shared[NAME]
}
