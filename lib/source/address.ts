/** Which addresses are public. Allows what IANA gave out for global use and nothing else; never resolves a name. */
import { BlockList, isIP } from 'node:net'

/** IANA IPv4 special-purpose registry, multicast, reserved, and Azure's metadata address, which looks public. */
const SPECIAL_V4: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
]

/**
 * Inside 2000::/3: IETF protocol assignments (Teredo among them, which embeds IPv4), documentation, 6to4 (embeds IPv4), AS112. Everything outside
 * of 2000::/3 is refused as a whole: mapped and compatible IPv4, NAT64, unique local, link local, multicast.
 */
const SPECIAL_V6: readonly (readonly [network: string, prefix: number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
]

const special = new BlockList()
for (const [network, prefix] of SPECIAL_V4) special.addSubnet(network, prefix, 'ipv4')
for (const [network, prefix] of SPECIAL_V6) special.addSubnet(network, prefix, 'ipv6')

const global = new BlockList()
global.addSubnet('2000::', 3, 'ipv6')

/** `address` is a literal as sockets have it: no brackets; a zone makes it link local. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return !special.check(address, 'ipv4')
  if (family !== 6 || address.includes('%')) return false
  return global.check(address, 'ipv6') && !special.check(address, 'ipv6') && !isIsatap(address)
}

/** RFC 5214: the interface identifier `::0:5efe:a.b.c.d` tunnels to an IPv4 address, whatever the prefix. */
function isIsatap(address: string): boolean {
  return /(?:::|:0:|:200:)5efe:[^:]+(?::[^:]+)?$/i.test(address)
}
