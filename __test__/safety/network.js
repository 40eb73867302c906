/**
 * The network of a namespace: every address there is leads to this machine, and names are resolved by the test alone. Needs to be called inside of
 * `inNamespace`; never reaches the outside.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { NAME_SERVER } from './dns-server.js'

/** Two addresses that anyone may connect to, as IANA has it. They are also the machine's own, or the resolver would not ask for their families. */
export const PUBLIC = ['8.8.8.8', '2606:4700::1111']

const COMMANDS = [
  'link set lo up',
  `addr add ${PUBLIC[0]}/32 dev lo`,
  `-6 addr add ${PUBLIC[1]}/128 dev lo nodad`,
  // AnyIP: whoever listens on [::] accepts for nearly every address, and sees for which.
  'route add local 0.0.0.0/0 dev lo',
  '-6 route add local ::/0 dev lo',
]

/** For `inNamespace`: a machine may lack the command, or IPv6. */
export const NETWORK = { flags: ['-n', '-m'], needs: ['ip link set lo up', 'ip -6 route add local ::/0 dev lo'] }

/** The suffix that single labels get. */
export const SEARCH = 'corp.test'

const FILES = {
  'resolv.conf': `nameserver ${NAME_SERVER}\nsearch ${SEARCH}\noptions timeout:1 attempts:2\n`,
  hosts: '127.0.0.1 localhost localhost.localdomain\n::1 localhost ip6-localhost ip6-loopback\n',
  'nsswitch.conf': 'hosts: files dns\n',
}

/** `folder` holds the files that stand in for those of /etc. */
export function configureNetwork(folder) {
  for (const command of COMMANDS) execFileSync('ip', command.split(' '))
  for (const [name, content] of Object.entries(FILES)) {
    if (!existsSync(`/etc/${name}`)) continue
    const file = join(folder, name)
    writeFileSync(file, content)
    execFileSync('mount', ['--bind', file, `/etc/${name}`])
  }
}

/** TCP connections that anyone in this namespace ever tried to open. */
export function countOpened() {
  const [names, values] = readFileSync('/proc/net/snmp', 'utf8')
    .match(/^Tcp: .*$/gm)
    .map((line) => line.split(' '))
  return Number(values[names.indexOf('ActiveOpens')])
}
