/**
 * Names that lead to private hosts, and what the name server of the tests says of them. Each way to hide an address is a domain: `a7.mixed.test` is
 * the seventh address among public ones.
 */
import { isIP } from 'node:net'
import { toRecord } from './dns-server.js'
import { PUBLIC, SEARCH } from './network.js'
import { ADDRESSES } from './private-hosts.js'

const publicRecords = PUBLIC.map(toRecord)

/** What a question is answered with, by domain. `asked` counts the questions of this name and type before this one. */
const DOMAINS = {
  plain: (address) => [toRecord(address)],
  cname: (address, name) => [
    { type: 'CNAME', data: `cdn.${name}` },
    { ...toRecord(address), name: `cdn.${name}` },
  ],
  // The first alias and the last one are anyone's.
  aliases: (address, name) => [
    { type: 'CNAME', data: 'edge.public.test' },
    { type: 'CNAME', data: `cdn.${name}`, name: 'edge.public.test' },
    { ...toRecord(address), name: `cdn.${name}` },
  ],
  mixed: (address) => [...publicRecords, toRecord(address)],
  first: (address) => [toRecord(address), ...publicRecords],
  // One family is public, the other one private.
  split: (address) => [toRecord(PUBLIC[isIP(address) === 4 ? 1 : 0]), toRecord(address)],
  // Rebinding.
  second: (address, _, asked) => (asked < 1 ? publicRecords : [toRecord(address)]),
  secure: (address, _, asked) => (asked < 1 ? publicRecords : [toRecord(address)]),
  third: (address, _, asked) => (asked < 2 ? publicRecords : [toRecord(address)]),
  every: (address, _, asked) => (asked % 2 === 0 ? publicRecords : [toRecord(address)]),
}

/** What people have in their networks, and services that answer with what stands in the name. */
const NAMED = {
  localhost: '127.0.0.1',
  'app.localhost': '127.0.0.1',
  'a.b.localhost': '::1',
  'localhost6.localdomain6': '::1',
  'metadata.google.internal': '169.254.169.254',
  'instance-data': '169.254.169.254',
  'kubernetes.default.svc': '10.96.0.1',
  'host.docker.internal': '172.17.0.1',
  'router.home.arpa': '192.168.1.1',
  'printer.local': '169.254.7.7',
  [`intranet.${SEARCH}`]: '10.1.2.3',
  '10.0.0.1.nip.test': '10.0.0.1',
  'app-192-168-1-1.nip.test': '192.168.1.1',
  '7f000001.nip.test': '127.0.0.1',
  '1--1.sslip.test': '::1',
  'xn--bcher-kva.test': '10.0.0.9',
  'under_score.test': '10.0.0.8',
  '8.8.8.8.test': '10.0.0.7',
}

/** As written in a URL. */
export const NAMES = [
  ...Object.keys(NAMED).filter((name) => !name.endsWith(SEARCH)),
  ...[
    'intranet',
    'INTRANET',
    'Metadata.Google.Internal',
    'metadata.google.internal.',
    'metadata。google。internal',
    'ａpp.localhost',
  ],
  ...['APP.LOCALHOST', 'app.localhost.', '10.0.0.1.NIP.test', 'bücher.test'],
]

/** The names of all private addresses in one domain. */
export const namesIn = (domain) => ADDRESSES.map((_, index) => `a${index}.${domain}.test`)

/** The answers of one name server: a name that changes its mind does so for each type of question on its own. */
export function createAnswers() {
  const questions = new Map()
  return (name, type) => {
    const key = `${name} ${type}`
    const asked = questions.get(key) ?? 0
    questions.set(key, asked + 1)
    return recordsOf(name, asked)?.filter((record) => record.type === type || record.type === 'CNAME')
  }
}

function recordsOf(name, asked) {
  if (name === 'public.test') return publicRecords
  const named = NAMED[name]
  if (named !== undefined) return [toRecord(named)]
  const [, index, domain] = /^a(\d+)\.(\w+)\.test$/.exec(name) ?? []
  return DOMAINS[domain]?.(ADDRESSES[index], name, asked)
}
