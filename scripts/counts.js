// Reads the closing lines of test runners: how many tests passed and failed. Never runs anything.

const RUNNERS = [
  // cargo test: one line for each test binary
  { passed: /^test result: \w+\. (\d+) passed; (\d+) failed/gm },
  // node --test, spec reporter
  { passed: /^ℹ pass (\d+)$/gm, failed: /^ℹ fail (\d+)$/gm },
  // our own runners
  { passed: /^(\d+) passed, (\d+) failed/gm },
]

const COLOR = /\u001b\[[0-9;]*m/g

/** Sums every closing line in the output of a run. */
export function countTests(output) {
  const text = output.replace(COLOR, '')
  const sum = { passed: 0, failed: 0 }
  for (const { passed, failed } of RUNNERS) {
    for (const match of text.matchAll(passed)) {
      sum.passed += Number(match[1])
      sum.failed += Number(match[2] ?? 0)
    }
    if (failed) for (const match of text.matchAll(failed)) sum.failed += Number(match[1])
  }
  return sum
}
