// Targets that are not trusted must not lead to this machine or to private networks, as in Pushpin: names are looked up
// without such addresses, and addresses are looked at.
import dns from 'node:dns'
import net, { type LookupFunction } from 'node:net'
import { CausedError } from '../../grip/caused-error'

/** The code of the error when there was no other address. */
export const BLOCKED = 'BLOCKED_ADDRESS'

/** Pushpin's, and the two that mean this machine. */
const INTERNAL: readonly [string, number, 'ipv4' | 'ipv6'][] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['::', 128, 'ipv6'],
  ['::1', 128, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
]
const internal = new net.BlockList()
for (const [address, bits, family] of INTERNAL) internal.addSubnet(address, bits, family)

export function isInternal(address: string): boolean {
  return internal.check(address, net.isIPv6(address) ? 'ipv6' : 'ipv4')
}

/** Why a target can't be asked at this host, if it is an address; names are looked up first. */
export function blockedHost(host: string): Error | undefined {
  return net.isIP(host) && isInternal(host) ? blocked(host) : undefined
}

/** Looks up a name as node does, and leaves out internal addresses. */
export const lookupOutside: LookupFunction = (hostname, options, callback) => {
  dns.lookup(hostname, { ...options, all: true }, (error, found) => {
    const addresses = error ? [] : found.filter(({ address }) => !isInternal(address))
    const [first] = addresses
    if (error) callback(error, '', 0)
    else if (!first) callback(blocked(hostname), '', 0)
    else if (options.all) callback(null, addresses)
    else callback(null, first.address, first.family)
  })
}

function blocked(host: string): Error {
  return new CausedError(BLOCKED, { code: 'internal-address', host })
}
