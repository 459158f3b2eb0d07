// The host of a target as connections are made to it: what people write means what a URL with it means, and no more.

/** What would end a host in a URL, or is dropped from one without a word. */
const NOT_OF_HOSTS = /[/?#@\\\s:[\]]/

/**
 * A name or an address in the one form that it has in URLs: in lower case and ASCII, IPv4 addresses in four decimals
 * however they are written (`127.1`, `0x7f.1`, `2130706433`, `127.0.0.1.`, full-width digits), so that whoever looks
 * whether an address may be asked sees the one that is asked. IPv6 is without brackets.
 * @param brackets it stood in brackets, so it is IPv6
 * @returns undefined where no URL takes it
 */
export function targetHost(text: string, brackets: boolean): string | undefined {
  if (brackets ? !/^[0-9A-Fa-f:.]+$/.test(text) : NOT_OF_HOSTS.test(text)) return undefined
  const url = `http://${brackets ? `[${text}]` : text}/`
  if (!URL.canParse(url)) return undefined
  const { hostname, username } = new URL(url)
  return username === '' && hostname !== '' ? hostname.replace(/^\[|\]$/g, '') : undefined
}

/** A URL that can be asked: by http or https, at a host and a port that there can be. */
export function isAskable({ protocol, hostname, port }: URL): boolean {
  return (protocol === 'http:' || protocol === 'https:') && hostname !== '' && port !== '0'
}
