// The endpoint as a real `next start` 16.4 with `withPixmill` serves it: the same body of tests as the handlers'. One build, one start a test.
import { before, describe } from 'node:test'
import { createWithApp } from './http/given.js'
import { buildKind, startKind } from './http/next-start.js'
import { endpointRules } from './http/rules/index.js'

describe('next start', () => {
  let built
  before(async () => {
    built = await buildKind()
  })
  endpointRules(createWithApp((input, options) => startKind(built, input, options)))
})
