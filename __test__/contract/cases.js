/** All cases by their groups. A case: `name`, `config`, `search` (null: no question mark), and what of the request is not the usual. */
import { application } from './cases/application.js'
import { conditional } from './cases/conditional.js'
import { fetching } from './cases/fetching.js'
import { headers } from './cases/headers.js'
import { hosts } from './cases/hosts.js'
import { local } from './cases/local.js'
import { negotiation } from './cases/negotiation.js'
import { configured, parameters } from './cases/parameters.js'
import { development, places } from './cases/places.js'
import { remote } from './cases/remote.js'
import { resize } from './cases/resize.js'
import { types } from './cases/types.js'

export const groups = {
  parameters,
  configured,
  local,
  remote: [...remote, ...hosts],
  negotiation,
  types,
  headers,
  conditional,
  resize,
  fetching,
  application,
  places,
  development,
}

/** Every case, with the name by which its vector is kept. */
export const cases = Object.entries(groups).flatMap(([group, list]) =>
  list.map((one) => ({ ...one, id: `${group}: ${one.config}: ${one.name}` })),
)
