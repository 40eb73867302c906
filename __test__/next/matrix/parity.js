/** The loader against Next's own, executed: with and without a deployment id, in an installed app. */
import { join } from 'node:path'
import { run } from './process.js'

const CHILD = join(import.meta.dirname, 'parity-child.mjs')

/** The URLs that differ, as lines; an empty list is parity. */
export async function compareLoaders(app) {
  const faults = []
  for (const deployment of ['', 'dpl_1']) {
    const output = await run('node', [CHILD], {
      cwd: app,
      env: { NODE_ENV: 'production', NEXT_DEPLOYMENT_ID: deployment },
    })
    const { compared, differences } = JSON.parse(output.slice(output.indexOf('{"compared"')))
    if (compared === 0) faults.push('nothing was compared')
    for (const { props, theirs, ours } of differences)
      faults.push(`loader of ${JSON.stringify(props)}: ${ours} instead of ${theirs}`)
  }
  return faults
}
