// The cookie that lets a browser into Gripscope's own interface. Cookies know no ports: a browser sends it to the proxy too,
// where both are on one host. It stops here: neither the trace nor a backend gets it.

/** Named after the port of the interface (main/web/access.ts). */
const OWN = /^\s*gripscope-\d{1,5}\s*=/
const NAME = 'cookie'

/** Takes the interface's cookies out of a raw list of headers, in place; other cookies stay byte for byte. */
export function dropOwnCookies(headers: string[]): void {
  for (let i = headers.length - 2; i >= 0; i -= 2) {
    const name = headers[i]
    if (name?.length !== NAME.length || name.toLowerCase() !== NAME) continue
    const value = headers[i + 1] ?? ''
    if (!value.includes('gripscope-')) continue
    const parts = value.split(';')
    const others = parts.filter((part) => !OWN.test(part))
    if (others.length === parts.length) continue
    // What follows a separator begins with a blank.
    const left = OWN.test(parts[0] ?? '') ? others.join(';').trimStart() : others.join(';')
    if (left.trim() === '') headers.splice(i, 2)
    else headers[i + 1] = left
  }
}

/** The same for bytes of a request that could not be read; they keep their length. */
export function withoutOwnCookies(bytes: Buffer): Buffer {
  if (!bytes.includes('gripscope-')) return bytes
  const hidden = (_whole: string, start: string, token: string): string => start + '*'.repeat(token.length)
  return Buffer.from(bytes.toString('latin1').replace(/(gripscope-\d{1,5}\s*=)([^;\s]*)/g, hidden), 'latin1')
}
