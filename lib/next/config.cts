/**
 * `pixmill/next` for a CommonJS `next.config.js`: the same module, by `require`. Only says what is wrong where Node.js cannot require ESM, which
 * ends in an error about module formats otherwise.
 */
const { require_module: requiresEsm = false } = process.features as { require_module?: boolean }
if (!requiresEsm) {
  throw new Error(
    `Expected ^20.19 || >=22.12 for the version of Node.js but received ${process.versions.node}. Install a newer Node.js`,
  )
}

import config = require('./config.js')

export = config
