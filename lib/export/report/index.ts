/** What a static export says in the terminal, in a log, and as JSON. */
export type { ExportDocument, FailureDocument } from './document.js'
export { createReporter, type Output, type Reporter, type ReporterOptions, type ReportMode } from './reporter.js'
export { resolveTerminal, type Terminal } from './terminal.js'
export { computeTotals, type Totals } from './totals.js'
