/** The cases of the matrix: which apps exist, and the pairwise sample of them. Pure. */

export const VERSIONS = ['16.4.6', '15.5.29', '15.1.7']
const BUNDLERS = ['turbopack', 'webpack']
const MODES = ['dev', 'start', 'standalone', 'custom', 'custom-dev']
const ENDPOINTS = ['hook', 'api']
const SHAPES = ['plain', 'basePath', 'trailingSlash', 'assetPrefix', 'i18n', 'distDir', 'path']
const CONFIGS = ['mjs', 'cjs', 'ts', 'function', 'async']
const LAYOUTS = ['npm', 'workspaces', 'pnpm']

/** Every version x bundler x mode x endpoint; the other factors take turns so that each meets each version. */
export function listCases() {
  const cases = []
  for (const version of VERSIONS)
    for (const bundler of BUNDLERS)
      for (const mode of MODES)
        for (const endpoint of ENDPOINTS) {
          const turn = cases.length
          const factors = { version, bundler, mode, endpoint, ...turnOf(turn) }
          if (exists(factors)) cases.push({ id: `${cases.length + 1}`, ...factors })
        }
  return cases
}

/** The steps have no common divisor with their lists' lengths, nor with each other's rhythm. */
function turnOf(turn) {
  return {
    shape: SHAPES[turn % SHAPES.length],
    config: CONFIGS[(turn * 2 + Math.floor(turn / 5)) % CONFIGS.length],
    layout: LAYOUTS[(turn + Math.floor(turn / 3)) % LAYOUTS.length],
  }
}

// Next 15.1 has Turbopack in development only; a custom server chooses its bundler by itself before 16.
function exists({ version, bundler, mode }) {
  if (bundler === 'webpack') return mode !== 'custom-dev' || !version.startsWith('16')
  if (mode === 'custom-dev') return version.startsWith('16')
  return !version.startsWith('15.1') || mode === 'dev'
}

/** A small subset in which each pair of version, bundler, mode and endpoint, and each value of the other factors, occurs. */
export function sampleCases(cases = listCases()) {
  const wanted = new Set(cases.flatMap(aspectsOf))
  const sample = []
  while (wanted.size > 0) {
    const best = cases.reduce((a, b) => (gain(b, wanted) > gain(a, wanted) ? b : a))
    for (const aspect of aspectsOf(best)) wanted.delete(aspect)
    sample.push(best)
  }
  return sample
}

function gain(candidate, wanted) {
  return aspectsOf(candidate).filter((aspect) => wanted.has(aspect)).length
}

function aspectsOf({ version, bundler, mode, endpoint, shape, config, layout }) {
  const main = [version, bundler, mode, endpoint]
  const pairs = main.flatMap((a, i) => main.slice(i + 1).map((b) => `${a} ${b}`))
  return [...pairs, shape, config, layout]
}
