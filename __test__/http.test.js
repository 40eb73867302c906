// The endpoint over real sockets: one body of tests, run over both handlers. `next-http.test.js` runs it over `next start`.
import { describe } from 'node:test'
import { kinds, startApp } from './http/app.js'
import { createLocal } from './http/application.js'
import { createWithApp } from './http/given.js'
import { inProcessRules } from './http/rules/in-process.js'
import { endpointRules } from './http/rules/index.js'

for (const kind of Object.keys(kinds)) {
  const withApp = createWithApp((input, { application } = {}) =>
    startApp(kind, input, application === undefined ? {} : { local: createLocal(application) }),
  )
  describe(kind, () => {
    endpointRules(withApp)
    inProcessRules(withApp)
  })
}
