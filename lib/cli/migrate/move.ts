/** `pixmill migrate` itself: plans, writes if it was asked to, tells. */
import { realpathSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findManager } from './manager.js'
import { loadParser } from './parser.js'
import { type ChangedFile, planMigration } from './plan.js'
import { formatPlan, toJson } from './report.js'
import { splice } from './splice.js'

export interface Request {
  readonly project: string
  readonly isWritten: boolean
  readonly isJson: boolean
}

export async function move({ project, isWritten, isJson }: Request): Promise<number> {
  const plan = await planMigration(project, () => loadParser(project, findManager(project).installDev))
  if (isWritten) for (const file of plan.files) writeChanged(project, file)
  process.stdout.write(isJson ? toJson(plan, { isWritten }) : formatPlan(plan, { isWritten }))
  return 0
}

/** Whole or not at all, with the rights that it had. */
function writeChanged(project: string, { path, text, edits }: ChangedFile): void {
  const target = realpathSync(join(project, path))
  const temporary = `${target}.pixmill-${process.pid}`
  writeFileSync(temporary, splice(text, edits), { mode: statSync(target).mode })
  renameSync(temporary, target)
}
