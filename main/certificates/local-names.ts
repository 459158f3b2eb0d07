// The names and addresses that never leave this machine or its network: only those does the local authority vouch for.
import { BlockList, isIP } from 'node:net'

/** Each with all that ends with it (RFC 6761, RFC 6762, RFC 8375, and what routers use). */
export const LOCAL_DOMAINS = ['localhost', 'test', 'example', 'local', 'internal', 'lan', 'home.arpa'] as const

/** This machine, private networks, and link-local addresses: address and length of the prefix. */
export const LOCAL_NETWORKS = [
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  '100.64.0.0/10',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
] as const

const networks = new BlockList()
for (const network of LOCAL_NETWORKS) {
  const [address = '', prefix = ''] = network.split('/')
  networks.addSubnet(address, Number(prefix), family(address))
}

/** Can the local authority vouch for it? Names in lower case. */
export function isLocalName(name: string): boolean {
  if (isIP(name)) return networks.check(name, family(name))
  return isHostName(name) && LOCAL_DOMAINS.some((domain) => name === domain || name.endsWith(`.${domain}`))
}

function isHostName(name: string): boolean {
  return (
    name.length <= 253 && /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/.test(name)
  )
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4'
}

/** The 4 or 16 bytes of an address; undefined if it is none. */
export function addressBytes(address: string): Buffer | undefined {
  switch (isIP(address)) {
    case 4:
      return Buffer.from(address.split('.').map(Number))
    case 6:
      return ipv6Bytes(address)
    default:
      return undefined
  }
}

/** A network as certificates write it: the address, then the mask. */
export function networkBytes(network: string): Buffer {
  const [address = '', prefix = ''] = network.split('/')
  const bytes = addressBytes(address) ?? Buffer.alloc(0)
  const mask = Buffer.alloc(bytes.length)
  for (let bit = 0; bit < Number(prefix); bit++) mask[bit >> 3] = (mask[bit >> 3] ?? 0) | (0x80 >> (bit & 7))
  return Buffer.concat([bytes, mask])
}

/** @param address a valid one; a zone (%eth0) means nothing to others and is left out. */
function ipv6Bytes(address: string): Buffer {
  const [plain = ''] = address.split('%')
  // The last 32 bits may be written as an IPv4 address.
  const text = plain.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) => {
    const [high, low] = [Number(a) * 256 + Number(b), Number(c) * 256 + Number(d)]
    return `${high.toString(16)}:${low.toString(16)}`
  })
  const [head = '', tail] = text.split('::')
  const groups = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16))
  const before = groups(head)
  const after = tail === undefined ? [] : groups(tail)
  const all = [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after]
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]))
}
