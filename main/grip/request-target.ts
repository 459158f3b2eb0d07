// The path and query of a request as they go to a backend: as Pushpin's (Qt's) URLs are written. They mean the same as
// what came (RFC 3986, 6.2.2), and hold nothing that a URL may not.

/** What is worth looking at: most targets have none of it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: links may have them
const ODD = /[\x00-\x20%"#<>\\^`{|}\x7f-\uffff]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: links may have them
const PIECES = /%([0-9a-fA-F]{2})|[\x00-\x20%"<>\\^`{|}\x7f-\u{10ffff}]/gu
const UNRESERVED = /[A-Za-z0-9._~-]/

/** Escapes in upper case, none where none is needed, and no fragment. */
export function normalTarget(target: string): string {
  if (!ODD.test(target)) return target
  const end = target.indexOf('#')
  const whole = end < 0 ? target : target.slice(0, end)
  const query = whole.indexOf('?')
  return query < 0 ? normalPart(whole) : normalPart(whole.slice(0, query)) + normalPart(whole.slice(query))
}

function normalPart(part: string): string {
  // With one bad escape, none of them is taken for one.
  const bad = /%(?![0-9a-fA-F]{2})/.test(part)
  return part.replace(PIECES, (piece: string, hex: string | undefined) => {
    if (hex === undefined) return escaped(piece)
    if (bad) return `%25${hex}`
    const character = String.fromCharCode(Number.parseInt(hex, 16))
    return UNRESERVED.test(character) ? character : piece.toUpperCase()
  })
}

/** A character is a byte, unless it is none. */
function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const bytes = code <= 0xff ? [code] : [...Buffer.from(character)]
  return bytes.map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')
}

/** A host as it goes on: in lower case, without the port that goes without saying. */
export function normalHost(host: string, secure: boolean): string {
  const lower = /[A-Z]/.test(host) ? host.toLowerCase() : host
  const port = secure ? ':443' : ':80'
  if (lower.endsWith(port)) return lower.slice(0, -port.length)
  return lower.endsWith(':') ? lower.slice(0, -1) : lower
}
