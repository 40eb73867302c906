/** One run of `pixmill export`: decides what the folder is, and gives the outcome to the reporter. Resolves with the exit code. */
import { resolve } from 'node:path'
import { isPixmillError, optionError } from '../../errors.js'
import { type ExportOutcome, exportNext, type NextBuild, type RunSettings, readNextBuild } from '../../export/index.js'
import { createReporter, resolveTerminal } from '../../export/report/index.js'
import { missingError } from '../flags.js'
import { type ExportFlags, SITE_FLAGS } from './flags.js'
import { writeRules } from './rules.js'
import { exportFolderOfPages } from './site.js'

type Environment = Readonly<Record<string, string | undefined>>

export async function runExport(folder: string | undefined, flags: ExportFlags, env: Environment): Promise<number> {
  const reporter = createReporter({
    ...resolveTerminal(env, process.stderr, process.stdout),
    mode: flags.json ? 'json' : flags.quiet ? 'quiet' : 'auto',
    stdout: process.stdout,
    stderr: process.stderr,
    now: () => performance.now(),
  })
  try {
    const { outcome, isStrict } = await exportFolder(folder, flags, { onProgress: reporter.onProgress })
    reporter.finish(outcome)
    return isStrict && outcome.sources.some(({ isFault }) => isFault) ? 1 : 0
  } catch (error) {
    reporter.fail(error)
    return isPixmillError(error) && error.code === 'ERR_OPTION' ? 2 : 1
  }
}

interface Exported {
  readonly outcome: ExportOutcome
  readonly isStrict: boolean
}

async function exportFolder(
  folder: string | undefined,
  flags: ExportFlags,
  progress: Pick<RunSettings, 'onProgress'>,
): Promise<Exported> {
  const root = flags.root ?? process.cwd()
  const build = await readNextBuild(root)
  const output = folder === undefined ? undefined : resolve(folder)
  const settings = { ...progress, memory: flags.memory, threads: flags.threads, cacheDir: flags['cache-dir'] }
  if (build !== null && (output === undefined || output === build.site.output)) {
    return exportBuild(build, flags, settings)
  }
  if (output === undefined) {
    throw missingError('pixmill export', `a folder, since no static export was built with withPixmill in ${root}`)
  }
  if (flags.rules !== undefined) throw optionError('--rules', 'an export whose URLs have no extension', output)
  return { outcome: await exportFolderOfPages(output, flags, settings), isStrict: flags.strict ?? false }
}

async function exportBuild(build: NextBuild, flags: ExportFlags, settings: RunSettings): Promise<Exported> {
  const foreign = SITE_FLAGS.find((name) => flags[name] !== undefined)
  if (foreign !== undefined) throw optionError(`--${foreign}`, 'no value, since next.config decides', flags[foreign])
  const outcome = await exportNext(build, settings)
  await writeRules(flags, build.site)
  return { outcome, isStrict: flags.strict ?? build.config.options.strict }
}
