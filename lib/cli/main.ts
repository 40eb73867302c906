#!/usr/bin/env node
/** The `pixmill` command. Checks the version of Node before anything is loaded that an old one cannot read; decides nothing else. */
import { isSupportedNode, NODE_EXPECTED } from './node-version.js'

if (isSupportedNode(process.versions.node)) {
  import('./run.js').then(({ run }) => run(process.argv.slice(2), process.env)).then(finish, fail)
} else {
  fail(new Error(`Expected ${NODE_EXPECTED} for pixmill but received ${process.versions.node}`))
}

/** Lets open work end by itself: `serve` returns while it listens. */
function finish(code: number): void {
  process.exitCode = code
}

function fail(error: unknown): void {
  console.error(`pixmill: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
