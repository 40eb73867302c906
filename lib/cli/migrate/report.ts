/** The move as text or JSON. Decides nothing. */
import { formatDiff } from './diff.js'
import type { Finding } from './finding.js'
import type { Plan } from './plan.js'

interface Told {
  readonly isWritten: boolean
}

/** The diff first, unless it has been written; then what is left to do. */
export function formatPlan(plan: Plan, { isWritten }: Told): string {
  if (!plan.isForeign) return 'Nothing here uses next-image-export-optimizer or next-export-optimize-images.\n'
  const diffs = isWritten ? '' : plan.files.map(({ path, text, edits }) => formatDiff(path, text, edits)).join('')
  const sections = [formatSummary(plan, isWritten), ...formatFindings(plan.findings), ...formatCommands(plan.commands)]
  return `${diffs}${diffs === '' ? '' : '\n'}${sections.join('\n')}`
}

function formatSummary({ files }: Plan, isWritten: boolean): string {
  if (files.length === 0) return 'No file has to change.\n'
  const list = `${files.length} file${files.length === 1 ? '' : 's'}`
  if (!isWritten) return `${list} would change. Nothing was written: --write does that.\n`
  return [`${list} changed:`, ...files.map(({ path }) => `  ${path}`), ''].join('\n')
}

function formatFindings(findings: readonly Finding[]): string[] {
  if (findings.length === 0) return []
  return [['By hand:', ...findings.map((finding) => `  ${formatPlace(finding)}: ${finding.text}`), ''].join('\n')]
}

function formatPlace({ file, line }: Finding): string {
  return line === null ? file : `${file}:${line}`
}

function formatCommands(commands: readonly string[]): string[] {
  return commands.length === 0 ? [] : [['Then run:', ...commands.map((command) => `  ${command}`), ''].join('\n')]
}

/** `{ written, files: [{ path, diff }], byHand: [{ file, line, text }], commands }`. */
export function toJson({ files, findings, commands }: Plan, { isWritten }: Told): string {
  const changed = files.map(({ path, text, edits }) => ({ path, diff: formatDiff(path, text, edits) }))
  return `${JSON.stringify({ written: isWritten, files: changed, byHand: findings, commands }, null, 2)}\n`
}
