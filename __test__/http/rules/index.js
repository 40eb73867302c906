// All rules of the endpoint that hold for every kind of server. `withApp` is what `createWithApp` gives.
import { entriesRules } from './entries.js'
import { headersRules } from './headers.js'
import { negotiationRules } from './negotiation.js'
import { refusalsRules } from './refusals.js'
import { remoteRules } from './remote.js'

export function endpointRules(withApp) {
  for (const rules of [negotiationRules, headersRules, refusalsRules, entriesRules, remoteRules]) rules(withApp)
}
