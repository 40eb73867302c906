/**
 * The one question that all rules ask of `Accept`: is AVIF named, with a weight above zero? A wildcard does not count: clients that send only
 * `*` and `/` include those that show no AVIF, and everything that shows pictures shows WebP.
 */

/** Understood alike by PCRE (nginx, Apache) and JavaScript; letters of either case are the caller's flag. */
export const ACCEPTS_AVIF = String.raw`(?:^|,)\s*image/avif(?![^,]*;\s*q=0(?:\.0*)?\s*(?:[,;]|$))\s*(?:[,;]|$)`

/** As a literal of JavaScript. */
export const ACCEPTS_AVIF_LITERAL = `/${ACCEPTS_AVIF.replaceAll('/', '\\/')}/i`
