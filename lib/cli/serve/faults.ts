/** What happens to errors that nobody caught while the server runs: they are told, and the server goes on. */

/**
 * Every request has its own handler for failures, so what arrives here is a stray promise or event of one request. Ending the process for it
 * would end all the others.
 */
export function surviveFaults(report: (error: unknown) => void): void {
  process.on('uncaughtException', report)
  process.on('unhandledRejection', report)
  // A closed pipe behind stdout or stderr (`| head`) is no reason to stop, and reporting it there would fail again.
  process.stdout.on('error', () => {})
  process.stderr.on('error', () => {})
}
