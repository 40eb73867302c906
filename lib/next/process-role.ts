/** What this process is to Next: a build, one of its workers, or a server. Reads only what Next itself sets. */
const BUILD_PHASES = new Set(['phase-production-build', 'phase-export', 'phase-analyze'])

/** Workers load the config too; nothing may start there. */
export function isNextWorker(env: NodeJS.ProcessEnv = process.env): boolean {
  return Boolean(env.IS_NEXT_WORKER || env.NEXT_PRIVATE_BUILD_WORKER || env.JEST_WORKER_ID)
}

/**
 * Whether the config is being loaded by `next build`. Only function configs are told the phase, and `NEXT_PHASE` is set after the config
 * was loaded, so the command line decides for the others.
 */
export function isBuild(phase: string | undefined, env: NodeJS.ProcessEnv = process.env, argv = process.argv): boolean {
  if (phase !== undefined) return BUILD_PHASES.has(phase)
  if (env.NEXT_PHASE !== undefined) return BUILD_PHASES.has(env.NEXT_PHASE)
  return /(^|[\\/])next(\.[cm]?js)?$/.test(argv[1] ?? '') && argv[2] === 'build'
}

/** Whether `next dev` or a development custom server is loading the config. */
export function isDevelopment(phase: string | undefined, env: NodeJS.ProcessEnv = process.env): boolean {
  return phase === undefined ? env.NODE_ENV !== 'production' : phase === 'phase-development-server'
}

/** `next build --experimental-build-mode compile` ends before there is an output. */
export function isPartialBuild(argv = process.argv): boolean {
  return argv.some(
    (part, at) => part.endsWith('=compile') || (part === 'compile' && argv[at - 1] === '--experimental-build-mode'),
  )
}
