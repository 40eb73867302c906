/** The request: what is asked for, and whether it may be. */
export { joinHeader } from './header.js'
export { matchesRemote, type RemoteRules } from './match.js'
export { isEndpoint, parseTarget, type Query, type Target } from './query.js'
export { REFUSALS, Refusal } from './refusal.js'
export { type ImageParams, isBlurRequest, validate } from './validate.js'
