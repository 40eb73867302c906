/** From flags to the export of any folder with pages. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type ExportOutcome, exportSite, type RunSettings } from '../../export/index.js'
import type { ExportFlags } from './flags.js'

export function exportFolderOfPages(output: string, flags: ExportFlags, settings: RunSettings): Promise<ExportOutcome> {
  const { formats, widths, quality, 'base-path': basePath, remote, rewrite = false } = flags
  const { memory = null, threads = null, cacheDir = findCacheDir(output), onProgress, signal } = settings
  return exportSite({
    site: { output, basePath, widths, formats, quality, remote: remote ? () => true : undefined },
    isRewritten: rewrite,
    run: { cacheDir: join(cacheDir, 'export'), memory, threads, onProgress, signal },
  })
}

/** Never in the output, which is deployed. */
function findCacheDir(output: string): string {
  const project = existsSync('node_modules') ? join(process.cwd(), 'node_modules', '.cache') : dirname(output)
  return join(project, project.endsWith('.cache') ? 'pixmill' : '.pixmill')
}
